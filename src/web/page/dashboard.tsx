import { useMemo, useState } from 'preact/hooks';
import { FailureNote } from './components/parts.tsx';
import type { FleetFilter, FleetRow } from './fleet/fleet.ts';
import { FleetSection } from './fleet/fleet-section.tsx';
import type { Fleet } from './fleet/load-fleet.ts';
import { DryRun } from './overview/dry-run.tsx';
import { Attention, Tiles, Timers, VerdictBanner } from './overview/overview.tsx';
import { RotateDialog } from './rotate/rotate-dialog.tsx';
import { HistoryDialog } from './rotations/history-dialog.tsx';
import { RotationsSection } from './rotations/rotations-section.tsx';
import type { Api } from './status/api.ts';
import type { Status, StatusStore } from './status/status-store.ts';
import { useFacts, useFollowing, useHistoryAddress, useTable } from './status/use-status.ts';
import { inUtc } from './words/words.ts';

interface DashboardProps {
  readonly status: Status;
  readonly api: Api;
  readonly store: StatusStore;
  readonly now: number;
}

export function Dashboard({ status, api, store, now }: DashboardProps) {
  const { fleet, health, failures } = status;
  const facts = useFacts(status);
  useFollowing(status, store);
  const table = useTable(fleet.rows, facts);
  const [rotating, setRotating] = useState<FleetRow | undefined>();
  const [historyOf, closeHistory] = useHistoryAddress();
  const { summary, concerns } = facts;
  const { quick } = table.filter;
  const show = (filter: FleetFilter) => {
    table.setFilter(filter);
    document.getElementById('accounts')?.scrollIntoView();
  };
  // At each key press in the search only the table is drawn anew: what surrounds it stays the very same.
  const above = useMemo(
    () => (
      <>
        <VerdictBanner facts={{ phase: fleet.phase, failures, summary, concerns }} now={now} />
        {fleet.failure && <Stopped fleet={fleet} onAgain={() => store.load()} />}
        <Tiles summary={summary} quick={quick} onQuick={(next) => show({ quick: next, query: '' })} />
        <Attention concerns={concerns} now={now} onShow={show} />
      </>
    ),
    [facts, fleet, failures, quick, now],
  );
  const below = useMemo(
    () => (
      <>
        <DryRun rows={fleet.rows} summary={summary} onShow={show} />
        <Timers health={health} now={now} />
        <RotationsSection status={status} now={now} onOlder={() => store.loadOlder()} />
      </>
    ),
    [facts, status, now],
  );
  return (
    <main id="main" tabIndex={-1}>
      {above}
      <FleetSection fleet={fleet} facts={facts} table={table} now={now} onRotate={setRotating} />
      {below}
      {rotating !== undefined && (
        <RotateDialog
          api={api}
          row={rotating}
          onClose={() => setRotating(undefined)}
          onChanged={(accountId) => store.refreshAccount(accountId)}
        />
      )}
      {historyOf !== undefined && rotating === undefined && (
        <HistoryDialog key={historyOf} api={api} accountId={historyOf} now={now} onClose={closeHistory} />
      )}
    </main>
  );
}

/** Reading the fleet ended early: what is shown is not all of it. */
function Stopped({ fleet, onAgain }: { fleet: Fleet; onAgain: () => void }) {
  if (fleet.failure === undefined || fleet.phase !== 'stopped') return null;
  const isKnown = fleet.rows.length > 0;
  return (
    <div role="alert">
      <FailureNote failure={fleet.failure} />
      <p>
        {isKnown &&
          `What is below may not be all of it${fleet.asOf === undefined ? '' : `, and is as of ${inUtc(fleet.asOf)}`}. `}
        <button type="button" onClick={onAgain}>
          {isKnown ? 'Go on reading' : 'Try again'}
        </button>
      </p>
    </div>
  );
}
