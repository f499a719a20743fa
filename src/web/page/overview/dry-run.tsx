import { Chip } from '../components/parts.tsx';
import type { FleetFilter, FleetRow } from '../fleet/fleet.ts';
import type { Summary } from '../fleet/summary.ts';
import { count } from '../words/words.ts';
import { HistoryLink } from './overview.tsx';

interface DryRunProps {
  readonly rows: readonly FleetRow[];
  readonly summary: Summary;
  readonly onShow: (filter: FleetFilter) => void;
}

const SHOWN = 10;

/** The plan as the timer would carry it out. Reading it changes nothing. */
export function DryRun({ rows, summary, onShow }: DryRunProps) {
  const { counts, unread, triedInVain } = summary;
  const due = rows.filter(({ plan }) => plan.decision === 'rotate');
  const idle =
    counts.all -
    counts.due -
    unread -
    triedInVain -
    counts.running -
    counts.blocked -
    counts.skipped -
    counts.misconfigured;
  // Of what was not read the timer may do anything.
  if (counts.all === 0) return null;
  return (
    <section aria-labelledby="dry-run-title">
      <h2 id="dry-run-title">What the timer would do now</h2>
      <p class="muted">A dry run: nothing is changed by it.</p>
      <div class="card">
        <ul class="steps">
          <li>
            <strong>Regenerate {due.length === 0 ? 'no key' : count(due.length, 'key')}</strong>
            {due.length > 0 && ', each one not in use:'}
            {due.length > 0 && <DueList rows={due.slice(0, SHOWN)} />}
            {due.length > SHOWN && (
              <button
                type="button"
                class="small on-screen"
                onClick={() => onShow({ quick: 'due', query: '' })}
              >
                Show all {due.length.toLocaleString('en')} in the table
              </button>
            )}
          </li>
          {unread > 0 && (
            <li>Read the keys of {count(unread, 'account')} for the first time, and rotate what is due.</li>
          )}
          {triedInVain > 0 && (
            <li>Try again to read the keys of {count(triedInVain, 'account')}, which failed so far.</li>
          )}
          {counts.running > 0 && <li>Leave {count(counts.running, 'rotation')} alone that is under way.</li>}
          {counts.blocked > 0 && <li>Hold {count(counts.blocked, 'account')} back for now.</li>}
          <li>
            Pass over {count(idle, 'account')} not due, and{' '}
            {count(counts.skipped + counts.misconfigured, 'account')} skipped.
          </li>
        </ul>
      </div>
    </section>
  );
}

function DueList({ rows }: { rows: readonly FleetRow[] }) {
  return (
    <ul class="examples">
      {rows.map(({ key, name, group, plan }) => (
        <li key={key}>
          <HistoryLink accountId={plan.accountId}>{name}</HistoryLink> <span class="muted">({group})</span>:{' '}
          {plan.keyType} key{' '}
          <Chip tone={plan.overdue ? 'bad' : 'busy'}>{plan.overdue ? 'Overdue' : 'Due'}</Chip>
        </li>
      ))}
    </ul>
  );
}
