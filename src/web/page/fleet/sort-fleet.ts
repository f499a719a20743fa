import type { FleetRow } from './fleet.ts';
import { needsAttention } from './fleet.ts';

export type SortColumn = 'account' | 'group' | 'state' | 'age' | 'next' | 'last';

export interface Sort {
  readonly column: SortColumn;
  readonly descending: boolean;
}

/** What a row is sorted by beyond the plan. */
export interface SortFacts {
  readonly failed: ReadonlySet<string>;
  /** When something last happened to an account, milliseconds since 1970. */
  readonly lastResultAt: (key: string) => number | undefined;
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** A sorted copy; rows of equal rank stay in the order of their names. */
export function sortFleet(
  rows: readonly FleetRow[],
  { column, descending }: Sort,
  facts: SortFacts,
): readonly FleetRow[] {
  const sign = descending ? -1 : 1;
  if (column === 'account' || column === 'group') {
    const text = (row: FleetRow) => (column === 'account' ? row.name : row.group);
    return [...rows].sort(
      (a, b) => sign * collator.compare(text(a), text(b)) || collator.compare(a.name, b.name),
    );
  }
  // Ranks are worked out once for each row: a comparison must stay cheap where there are ten thousand.
  return rows
    .map((row) => ({ row, rank: rankOf(row, column, facts) }))
    .sort((a, b) => compareRanks(a.rank, b.rank, sign) || collator.compare(a.row.name, b.row.name))
    .map(({ row }) => row);
}

/** What is not known comes last, whichever way the others go. */
function compareRanks(a: number | undefined, b: number | undefined, sign: number): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return sign * (a - b);
}

function rankOf(
  row: FleetRow,
  column: Exclude<SortColumn, 'account' | 'group'>,
  facts: SortFacts,
): number | undefined {
  switch (column) {
    case 'state':
      return stateRank(row, facts.failed);
    case 'age': {
      const { olderKeyAgeDays, newerKeyAgeDays, maxAgeDays } = row.plan;
      const age = olderKeyAgeDays ?? newerKeyAgeDays;
      return age === undefined ? undefined : age / (maxAgeDays ?? 1);
    }
    case 'next': {
      const { decision, overlapEndsAt, dueAt } = row.plan;
      if (decision === 'rotate' || decision === 'running') return 0;
      const at = Date.parse(decision === 'blocked' ? (overlapEndsAt ?? '') : (dueAt ?? ''));
      return Number.isNaN(at) ? undefined : at;
    }
    case 'last':
      return facts.lastResultAt(row.key);
    default:
      return column satisfies never;
  }
}

const DECISIONS = ['running', 'rotate', 'unread', 'blocked', 'not-due', 'skip'] as const;

/** The worst first: failed, overdue, what else needs a person, then by decision. */
function stateRank(row: FleetRow, failed: ReadonlySet<string>): number {
  if (failed.has(row.key)) return -3;
  if (row.plan.overdue) return -2;
  if (needsAttention(row)) return -1;
  return DECISIONS.indexOf(row.plan.decision);
}
