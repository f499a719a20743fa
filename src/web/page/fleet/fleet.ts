import { parseAccountId } from '../../../core/account/account.ts';
import type { PlanRow } from '../status/wire.ts';

/** One account of the fleet, with what the table searches and sorts by. */
export interface FleetRow {
  /** The lower-cased ARM id. */
  readonly key: string;
  readonly plan: PlanRow;
  /** When the plan was read, by the app's clock: its ages are of that moment. */
  readonly readAt: number;
  readonly name: string;
  readonly group: string;
  readonly subscription: string;
  readonly label: string;
  /** Lower-cased: all that a search looks at. */
  readonly words: string;
}

export function toFleetRow(plan: PlanRow, readAt: number): FleetRow {
  const account = parseAccountId(plan.accountId);
  const name = account?.accountName ?? plan.accountId;
  const group = account?.resourceGroupName ?? '';
  const subscription = account?.subscriptionId ?? '';
  const label = labelOf(plan);
  const words = [name, group, subscription, plan.decision, plan.code, label, ...marksOf(plan)]
    .join('\n')
    .toLowerCase();
  return { key: plan.accountId.toLowerCase(), plan, readAt, name, group, subscription, label, words };
}

/** What an account is found by besides its decision. */
export const UNVERIFIED = 'unverified';
const AGE_UNKNOWN = 'age unknown';

function marksOf({
  overdue,
  verified,
  failedTry,
  unknownAges,
  provisioningState,
}: PlanRow): readonly string[] {
  return [
    ...(overdue ? ['overdue'] : []),
    ...(verified === false ? [UNVERIFIED] : []),
    ...(unknownAges === undefined ? [] : [AGE_UNKNOWN]),
    ...[failedTry, provisioningState].filter((mark) => mark !== undefined),
  ];
}

/** The decision in a word or two. */
function labelOf({ decision, code, reason, failedTry }: PlanRow): string {
  switch (decision) {
    case 'rotate':
      return DUE[code ?? ''] ?? 'Due';
    case 'not-due':
      return 'Not due';
    case 'blocked':
      return 'Blocked';
    case 'skip':
      return code === 'Misconfigured' ? 'Misconfigured' : 'Skipped';
    case 'unread':
      return failedTry === undefined ? 'Not read yet' : 'Not readable';
    case 'running':
      return reason === undefined ? 'Running' : 'Waiting';
    default:
      return decision satisfies never;
  }
}

const DUE: Readonly<Record<string, string>> = { overdue: 'Overdue', 'age-unknown': 'Due, age unknown' };

/** Skipped for a reason that nobody chose. */
const WRONG = new Set([
  'Misconfigured',
  'InUseUnknown',
  'ReadOnlyLock',
  'ReadOnlySubscription',
  'NotProvisioned',
  'OptInVanished',
  'UnreadableId',
]);

/** The code of what keeps an account from being rotated though nobody chose that; undefined where nothing does. */
export function troubleOf({ decision, code = '', reason, failedTry }: PlanRow): string | undefined {
  if (failedTry !== undefined) return failedTry;
  if (decision === 'skip') return WRONG.has(code) ? code : undefined;
  if (decision === 'blocked') return code === 'EventPending' ? code : undefined;
  return decision === 'running' && reason !== undefined ? code : undefined;
}

/** Whether a person should look at it. */
export function needsAttention({ plan }: FleetRow): boolean {
  return plan.overdue || plan.verified === false || troubleOf(plan) !== undefined;
}

export type QuickFilter =
  | 'all'
  | 'attention'
  | 'due'
  | 'overdue'
  | 'blocked'
  | 'skipped'
  | 'misconfigured'
  | 'running'
  | 'failed';

export interface FleetFilter {
  readonly query: string;
  readonly quick: QuickFilter;
}

/** The rows that match each word of the query, in their order. `failed`: the accounts whose last rotation failed. */
export function filterFleet(
  rows: readonly FleetRow[],
  { query, quick }: FleetFilter,
  failed: ReadonlySet<string>,
): readonly FleetRow[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0 && quick === 'all') return rows;
  return rows.filter((row) => isOf(quick, row, failed) && words.every((word) => row.words.includes(word)));
}

export function isOf(quick: QuickFilter, row: FleetRow, failed: ReadonlySet<string>): boolean {
  const { decision, code, overdue } = row.plan;
  switch (quick) {
    case 'all':
      return true;
    case 'attention':
      return needsAttention(row) || failed.has(row.key);
    case 'due':
      return decision === 'rotate';
    case 'overdue':
      return overdue;
    case 'blocked':
      return decision === 'blocked';
    case 'skipped':
      return decision === 'skip' && code !== 'Misconfigured';
    case 'misconfigured':
      return decision === 'skip' && code === 'Misconfigured';
    case 'running':
      return decision === 'running';
    case 'failed':
      return failed.has(row.key);
    default:
      return quick satisfies never;
  }
}
