import { parseAccountId } from '../../core/account/account.ts';
import type { PlannedAccount, Timer } from '../client/answers.ts';
import { accountName, formatDay, formatSpan, plural } from '../terminal/format.ts';
import type { Style } from '../terminal/io.ts';
import type { Cell, Column } from '../terminal/table.ts';

export const PLAN_COLUMNS: readonly Column[] = [
  { title: 'account' },
  { title: 'decision' },
  { title: 'key' },
  { title: 'due' },
  { title: 'ages' },
  { title: 'reason' },
];

/** Worst first: what needs a person, what the timer does next, what waits, what is left alone. */
export function sortPlan(accounts: readonly PlannedAccount[]): PlannedAccount[] {
  return [...accounts].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      (a.dueAt ?? '').localeCompare(b.dueAt ?? '') ||
      a.accountId.localeCompare(b.accountId),
  );
}

function rank({ decision, code, overdue, reason, verified, failedTry }: PlannedAccount): number {
  if (overdue) return 0;
  if (verified === false || failedTry !== undefined) return 1;
  if (decision === 'running' && reason !== undefined) return 1;
  if (decision === 'skip') return code === 'Disabled' ? 9 : 2;
  const order = ['rotate', 'running', 'blocked', 'unread', 'not-due'];
  return 3 + (order.includes(decision) ? order.indexOf(decision) : 0);
}

export function planRows(accounts: readonly PlannedAccount[], now: number): Cell[][] {
  const names = shortNames(accounts);
  return sortPlan(accounts).map((account): Cell[] => [
    { text: names.get(account.accountId) ?? account.accountId },
    decisionCell(account),
    { text: account.keyType ?? '' },
    { text: account.dueAt === undefined ? '' : formatDay(account.dueAt, now) },
    { text: ages(account), ...(account.overdue && { style: 'red' as const }) },
    { text: reasonOf(account) },
  ]);
}

/** By the name alone where that is enough to tell accounts apart. */
function shortNames(accounts: readonly PlannedAccount[]): Map<string, string> {
  const count = new Map<string, number>();
  for (const { accountId } of accounts) {
    const name = accountName(accountId).toLowerCase();
    count.set(name, (count.get(name) ?? 0) + 1);
  }
  const short = (id: string) => {
    const account = parseAccountId(id);
    if (account === undefined) return id;
    const { accountName: name, resourceGroupName, subscriptionId } = account;
    return count.get(name.toLowerCase()) === 1 ? name : `${name} (${resourceGroupName}, ${subscriptionId})`;
  };
  return new Map(accounts.map(({ accountId }) => [accountId, short(accountId)]));
}

const STYLES: Readonly<Record<string, Style>> = {
  rotate: 'yellow',
  running: 'cyan',
  'not-due': 'green',
  skip: 'dim',
};

function decisionCell({ decision, code, overdue }: PlannedAccount): Cell {
  const text = [decision, code, overdue && code !== 'overdue' ? 'overdue' : undefined];
  const style = overdue ? 'red' : STYLES[decision];
  const [first, ...more] = text.filter((word) => word !== undefined);
  const shown = more.length > 0 ? `${first}: ${more.join(', ')}` : `${first}`;
  return { text: shown, ...(style && { style }) };
}

/** The older key's, the newer key's, and what they may reach. */
function ages({ olderKeyAgeDays, newerKeyAgeDays, unknownAges, maxAgeDays }: PlannedAccount): string {
  if (newerKeyAgeDays === undefined) return unknownAges === undefined ? '' : 'age unknown';
  const keys = `${days(olderKeyAgeDays)}/${days(newerKeyAgeDays)}`;
  return maxAgeDays === undefined ? `${keys} d` : `${keys} of ${days(maxAgeDays)} d`;
}

function days(age: number | undefined): string {
  return age === undefined ? 'unknown' : String(age < 10 ? Math.round(age * 10) / 10 : Math.round(age));
}

function reasonOf(account: PlannedAccount): string {
  const { reason, overlapEndsAt, rotationId, verified, provisioningState, code } = account;
  const parts = [
    verified === false ? 'Azure Maps refused the key that was announced last.' : undefined,
    reason,
    // The reason of that code names it.
    provisioningState && code !== 'NotProvisioned' && `Its provisioning state is ${provisioningState}.`,
    overlapEndsAt && `Blocked until ${overlapEndsAt}.`,
    rotationId && `Rotation ${rotationId}.`,
  ];
  return parts.filter(Boolean).join(' ');
}

/** How many of each kind, in the order of the table, and when the timer was last seen. */
export function summarizePlan(accounts: readonly PlannedAccount[], timers: readonly Timer[]): string {
  const counts = new Map<string, number>();
  for (const { decision } of sortPlan(accounts)) counts.set(decision, (counts.get(decision) ?? 0) + 1);
  const overdue = accounts.filter((account) => account.overdue).length;
  const parts = [
    ...(overdue > 0 ? [`${overdue} overdue`] : []),
    ...[...counts].map(([decision, count]) => `${count} ${decision}`),
  ];
  const ran = timers.find(({ timer }) => timer === 'rotateDueAccounts');
  const timer = ran ? `The timer ran ${formatSpan(ran.ageSeconds)} ago.` : 'The timer has not run yet.';
  return `${plural(accounts.length, 'account')}${parts.length > 0 ? `: ${parts.join(', ')}` : ''}. ${timer}`;
}
