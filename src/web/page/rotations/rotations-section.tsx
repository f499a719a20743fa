import { FailureNote } from '../components/parts.tsx';
import type { Status } from '../status/status-store.ts';
import { Timeline } from './timeline.tsx';

interface RotationsProps {
  readonly status: Status;
  readonly now: number;
  readonly onOlder: () => void;
}

export function RotationsSection({ status, now, onOlder }: RotationsProps) {
  const { rotations, rotationsFailure, older } = status;
  return (
    <section aria-labelledby="rotations-title">
      <h2 id="rotations-title">Rotations</h2>
      {rotationsFailure && <FailureNote failure={rotationsFailure} />}
      {rotations.length === 0 && !rotationsFailure && <p class="muted">None yet.</p>}
      <Timeline rotations={rotations} now={now} level={2} />
      {older !== undefined && (
        <button type="button" class="on-screen" onClick={onOlder}>
          Show older rotations
        </button>
      )}
    </section>
  );
}
