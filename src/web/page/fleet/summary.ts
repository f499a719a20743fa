import type { FleetRow, QuickFilter } from './fleet.ts';
import { isOf } from './fleet.ts';

export interface Summary {
  readonly counts: Readonly<Record<QuickFilter, number>>;
  /** Accounts that the policy rotates: all that are not skipped. */
  readonly rotated: number;
  /** Nobody has tried to read their keys yet. */
  readonly unread: number;
  /** Their keys could not be read yet. */
  readonly triedInVain: number;
  /** Milliseconds since 1970; of the accounts that are not due yet. */
  readonly nextDueAt?: number;
}

const QUICK_FILTERS: readonly QuickFilter[] = [
  ...(['all', 'attention', 'due', 'overdue', 'blocked'] as const),
  ...(['skipped', 'misconfigured', 'running', 'failed'] as const),
];

export function summarize(rows: readonly FleetRow[], failed: ReadonlySet<string>): Summary {
  const counts = Object.fromEntries(QUICK_FILTERS.map((quick) => [quick, 0])) as Record<QuickFilter, number>;
  let rotated = 0;
  let unread = 0;
  let triedInVain = 0;
  let nextDueAt = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    for (const quick of QUICK_FILTERS) if (isOf(quick, row, failed)) counts[quick] += 1;
    const { decision, dueAt, failedTry } = row.plan;
    if (decision !== 'skip') rotated += 1;
    if (decision === 'unread' && failedTry === undefined) unread += 1;
    if (decision === 'unread' && failedTry !== undefined) triedInVain += 1;
    if (decision === 'not-due') nextDueAt = Math.min(nextDueAt, Date.parse(dueAt ?? '') || nextDueAt);
  }
  return { counts, rotated, unread, triedInVain, ...(Number.isFinite(nextDueAt) && { nextDueAt }) };
}
