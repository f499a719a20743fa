import { useEffect, useState } from 'preact/hooks';
import { Dialog } from '../components/dialog.tsx';
import { FailureNote } from '../components/parts.tsx';
import type { Api } from '../status/api.ts';
import { skipTokenOf } from '../status/api.ts';
import type { ApiFailure, RotationRow } from '../status/wire.ts';
import { mergeRotations } from './rotations.ts';
import { Timeline } from './timeline.tsx';

interface HistoryProps {
  readonly api: Api;
  readonly accountId: string;
  readonly now: number;
  readonly onClose: () => void;
}

interface Loaded {
  readonly rotations: readonly RotationRow[];
  readonly older?: string | undefined;
  readonly failure?: ApiFailure;
}

/** All rotations of one account, newest first. */
export function HistoryDialog({ api, accountId, now, onClose }: HistoryProps) {
  const [loaded, setLoaded] = useState<Loaded | undefined>();
  const load = async (skipToken?: string) => {
    const answer = await api.rotations({ accountId, ...(skipToken !== undefined && { skipToken }) });
    setLoaded((known = { rotations: [] }) => {
      if (answer.kind === 'failed') return { ...known, failure: answer.failure };
      const { value, nextLink } = answer.value;
      return { rotations: mergeRotations(known.rotations, value), older: skipTokenOf(nextLink) };
    });
  };
  useEffect(() => {
    load().catch(() => undefined);
  }, []);
  return (
    <Dialog title={`Rotations of ${accountId.split('/').at(-1)}`} onClose={onClose}>
      <p class="muted id">{accountId}</p>
      {loaded === undefined && <p role="status">Loading…</p>}
      {loaded?.failure && <FailureNote failure={loaded.failure} />}
      {loaded?.rotations.length === 0 && !loaded.failure && <p>This app has not rotated it yet.</p>}
      {loaded && <Timeline rotations={loaded.rotations} now={now} level={3} />}
      <div class="actions">
        {loaded?.older !== undefined && (
          <button type="button" onClick={() => load(loaded.older)}>
            Show older rotations
          </button>
        )}
        <button type="button" class="primary" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
