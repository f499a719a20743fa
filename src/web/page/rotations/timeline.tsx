import { adviceFor } from '../../advice/advice.ts';
import { Chip, Time } from '../components/parts.tsx';
import { HistoryLink } from '../overview/overview.tsx';
import type { RotationRow } from '../status/wire.ts';
import { causeOf, durationOf, stateOf } from '../words/phrases.ts';
import { isInFlight, startedAt } from './rotations.ts';

interface TimelineProps {
  readonly rotations: readonly RotationRow[];
  readonly now: number;
  /** Level of the headings. */
  readonly level: 2 | 3;
}

/** Those in flight first, then by day, newest first. */
export function Timeline({ rotations, now, level }: TimelineProps) {
  const groups = Map.groupBy(rotations, (rotation) =>
    isInFlight(rotation) ? 'In flight' : new Date(startedAt(rotation)).toISOString().slice(0, 10),
  );
  const inFlight = groups.get('In flight');
  const days = [...groups].filter(([name]) => name !== 'In flight');
  const Heading = level === 2 ? 'h3' : 'h4';
  return (
    <div class="timeline">
      {[...(inFlight ? [['In flight', inFlight] as const] : []), ...days].map(([name, items]) => (
        <div key={name}>
          <Heading>{name}</Heading>
          <ol>
            {items.map((rotation) => (
              <Entry key={rotation.rotationId} rotation={rotation} now={now} />
            ))}
          </ol>
        </div>
      ))}
    </div>
  );
}

function Entry({ rotation, now }: { rotation: RotationRow; now: number }) {
  const { accountId, keyType, error, verified, rotationId } = rotation;
  const { text, tone } = stateOf(rotation);
  const took = durationOf(rotation);
  return (
    <li class={tone}>
      <p>
        <Chip tone={tone}>{text}</Chip>{' '}
        <HistoryLink accountId={accountId}>{accountId.split('/').at(-1) ?? accountId}</HistoryLink>, {keyType}{' '}
        key
        {verified === false && (
          <>
            {' '}
            <Chip tone="warn">Refused by Azure Maps</Chip>
          </>
        )}
      </p>
      <p class="muted">
        <Time at={startedAt(rotation)} now={now} />, {causeOf(rotation)}
        {took !== undefined && `, ${took}`} · <code>{rotationId}</code>
      </p>
      {error !== undefined && (
        <p>
          <code>{error.code}</code> {error.message} <strong>What to do:</strong> {adviceFor(error.code).todo}
        </p>
      )}
    </li>
  );
}
