import { AgeBars, Chip, Time } from '../components/parts.tsx';
import { HistoryLink } from '../overview/overview.tsx';
import { updatedAt } from '../rotations/rotations.ts';
import type { RotationRow } from '../status/wire.ts';
import { canRotate, nextRotation, stateOf, toneOf } from '../words/phrases.ts';
import { fromNow, inUtc } from '../words/words.ts';
import type { FleetRow } from './fleet.ts';
import type { TableProps } from './fleet-table.tsx';

export function Row({ row, table }: { row: FleetRow; table: TableProps }) {
  const { plan, name, group, subscription, label } = row;
  const { now, latest, failed, onRotate } = table;
  const next = nextRotation(row, now);
  const hasFailed = failed.has(row.key);
  const code = plan.failedTry ?? (plan.decision === 'rotate' || plan.code === label ? undefined : plan.code);
  const isNew = plan.decision === 'unread' && plan.failedTry === undefined;
  const hasReason = plan.reason !== undefined && plan.code !== 'Overlap' && !isNew;
  return (
    <tr>
      <th scope="row" data-label="Account">
        <HistoryLink accountId={plan.accountId}>{name}</HistoryLink>
      </th>
      <td data-label="Resource group">
        {group}
        <span class="muted subscription">{subscription}</span>
        {plan.formerAccountIds?.map((id) => (
          <span key={id} class="reason muted">
            Moved from {id}
          </span>
        ))}
      </td>
      <td data-label="State">
        <Chip tone={toneOf(row)}>{label}</Chip> {hasFailed && <Chip tone="bad">Failed</Chip>}{' '}
        {plan.overdue && label !== 'Overdue' && <Chip tone="bad">Overdue</Chip>}
        {plan.verified === false && <Chip tone="warn">Not verified</Chip>}
        {plan.provisioningState !== undefined && <Chip tone="quiet">{plan.provisioningState}</Chip>}
        {code !== undefined && <code>{code}</code>}
      </td>
      <td data-label="Key ages">
        <AgeBars plan={plan} />
      </td>
      <td data-label="Next rotation" title={next.at === undefined ? undefined : inUtc(next.at)}>
        {next.text}
        {hasReason && <span class="reason muted">{plan.reason}</span>}
      </td>
      <td data-label="Last result">
        <LastResult row={row} rotation={latest.get(row.key)} now={now} />
      </td>
      <td class="controls on-screen">
        {canRotate(plan) && (
          <button type="button" class="small" aria-label={`Rotate ${name}`} onClick={() => onRotate(row)}>
            Rotate…
          </button>
        )}
      </td>
    </tr>
  );
}

const DAY = 86_400_000;

/** Where the rotations loaded so far have none of the account, the age of its newer key says when it was changed. */
function LastResult({
  row,
  rotation,
  now,
}: {
  row: FleetRow;
  rotation: RotationRow | undefined;
  now: number;
}) {
  if (rotation === undefined) {
    const { newerKeyAgeDays } = row.plan;
    if (newerKeyAgeDays === undefined) return <span class="muted">None known</span>;
    return <span class="muted">Key changed {fromNow(row.readAt - newerKeyAgeDays * DAY, now)}</span>;
  }
  const { text, tone } = stateOf(rotation);
  return (
    <>
      <Chip tone={tone}>{text}</Chip> <Time at={updatedAt(rotation)} now={now} />
      {rotation.error !== undefined && (
        <span class="reason">
          <code>{rotation.error.code}</code>
        </span>
      )}
    </>
  );
}
