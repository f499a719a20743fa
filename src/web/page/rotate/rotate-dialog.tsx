import { useEffect, useRef, useState } from 'preact/hooks';
import { Dialog } from '../components/dialog.tsx';
import type { FleetRow } from '../fleet/fleet.ts';
import type { Api } from '../status/api.ts';
import type { PlanRow } from '../status/wire.ts';
import { keysOf, objectionOf } from '../words/phrases.ts';
import { ForceQuestion } from './force-question.tsx';
import type { Progress } from './rotate-flow.ts';
import { rotate } from './rotate-flow.ts';
import { ProgressView } from './rotate-progress.tsx';

interface RotateProps {
  readonly api: Api;
  readonly row: FleetRow;
  readonly onClose: () => void;
  /** The account changed, or may have. */
  readonly onChanged: (accountId: string) => void;
}

/** Asks before a key dies, then shows how its rotation goes. */
export function RotateDialog({ api, row, onClose, onChanged }: RotateProps) {
  const { plan, name, group, subscription } = row;
  const { progress, start } = useRotation(api, plan, onChanged);
  const [isLifted, setLifted] = useState(false);
  const refusal = progress?.kind === 'refused' ? progress.failure : undefined;
  const isHeldBack = refusal?.code === 'NotDue' || refusal?.code === 'Overlap';
  const objection = isHeldBack ? refusal.message : objectionOf(plan);
  const { regenerated } = keysOf(plan);
  const isAsking = progress === undefined || progress.kind === 'refused';
  const confirm =
    regenerated === undefined ? 'Regenerate the key not in use' : `Regenerate the ${regenerated} key`;
  return (
    <Dialog title={`Rotate ${name}`} onClose={onClose}>
      <p class="muted">
        {group} · {subscription}
      </p>
      {isAsking ? <Effects plan={plan} /> : null}
      {progress !== undefined && !isHeldBack && <ProgressView progress={progress} />}
      {isAsking && objection !== undefined && <ForceQuestion objection={objection} onLift={setLifted} />}
      <div class="actions">
        <button type="button" onClick={onClose}>
          {isAsking ? 'Cancel' : 'Close'}
        </button>
        {isAsking && (
          <button
            type="button"
            class="danger"
            disabled={objection !== undefined && !isLifted}
            onClick={() => start(objection !== undefined)}
          >
            {refusal === undefined || isHeldBack ? confirm : 'Ask again'}
          </button>
        )}
      </div>
    </Dialog>
  );
}

function Effects({ plan }: { plan: PlanRow }) {
  const { regenerated, kept } = keysOf(plan);
  return (
    <ul class="effects">
      <li class="bad">
        {regenerated === undefined ? (
          <>
            <strong>The key not in use is regenerated.</strong> Which one that is the app finds out when it
            reads the account.
          </>
        ) : (
          <strong>The {regenerated} key is regenerated.</strong>
        )}{' '}
        Its present value stops working at once: whatever still uses it gets no more maps.
      </li>
      <li class="good">
        {kept === undefined ? 'The key in use' : `The ${kept} key, which is in use,`} goes on working.
      </li>
      <li class="quiet">Subscribers are told by the event KeyRegenerated, and should move to the new key.</li>
    </ul>
  );
}

/** One order a dialog: a second click, or another try after a lost answer, joins the first one. */
function useRotation(api: Api, plan: PlanRow, onChanged: RotateProps['onChanged']) {
  const [progress, setProgress] = useState<Progress | undefined>();
  const order = useRef({ requestId: crypto.randomUUID(), firstSent: api.now() });
  const isClosed = useRef(false);
  const latest = useRef<Progress | undefined>(undefined);
  const { accountId } = plan;
  useEffect(
    () => () => {
      isClosed.current = true;
      // It goes on in the app, or may: from now on the page follows it.
      if (latest.current !== undefined && latest.current.kind !== 'over') onChanged(accountId);
    },
    [],
  );
  const start = (force: boolean) => {
    const show = (next: Progress) => {
      setProgress(next);
      latest.current = next;
      if (next.kind === 'over') onChanged(accountId);
    };
    rotate(
      { accountId, force, ...order.current },
      {
        api,
        show,
        isStopped: () => isClosed.current,
        sleep: (ms) => new Promise((go) => setTimeout(go, ms)),
      },
    ).catch(() => undefined);
  };
  return { progress, start };
}
