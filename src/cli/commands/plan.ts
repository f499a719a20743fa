import { stringify } from 'csv-stringify/sync';
import { toCell } from '../../core/plain-text.ts';
import type { FailedScope, PlannedAccount, Timer } from '../client/answers.ts';
import { planPage } from '../client/answers.ts';
import { readPages } from '../client/pages.ts';
import { EXIT, type ExitCode, usageError } from '../exit-code.ts';
import { plural } from '../terminal/format.ts';
import { renderTable } from '../terminal/table.ts';
import { printable } from '../terminal/text.ts';
import { isMeant } from './accounts.ts';
import type { Command, Context } from './command.ts';
import { isOn, printJson, printLines, textOf } from './command.ts';
import { PLAN_COLUMNS, planRows, sortPlan, summarizePlan } from './plan-rows.ts';

export const planCommand: Command = {
  name: 'plan',
  synopsis: '',
  summary: 'Show what the timer would do now, account by account, and why.',
  details:
    'Reads all pages; changes nothing, and reads no keys. Worst first: scopes that could not be listed, keys past\nmax age, what is due, what waits, what is left alone. Ends with 1 where a scope could not be listed.',
  maxPositionals: 0,
  timeoutSeconds: 300,
  options: {
    due: { type: 'boolean', text: 'Only accounts that the timer would rotate now.' },
    overdue: { type: 'boolean', text: 'Only accounts with a key past max age (with --due: either).' },
    account: { type: 'string', value: 'id|name', text: 'Only this account, by ARM id or name.' },
    csv: { type: 'boolean', text: 'Print comma-separated values.' },
  },
  run: runPlan,
};

interface Plan {
  readonly accounts: readonly PlannedAccount[];
  readonly failedScopes: readonly FailedScope[];
  readonly timers: readonly Timer[];
}

async function runPlan(context: Context): Promise<ExitCode> {
  if (context.json && isOn(context, 'csv')) throw usageError('Give --json or --csv, not both.');
  const plan = await readPlan(context);
  const accounts = plan.accounts.filter(toFilter(context));
  print(context, { ...plan, accounts });
  return plan.failedScopes.length > 0 ? EXIT.failed : EXIT.done;
}

async function readPlan({ client, progress }: Context): Promise<Plan> {
  // Where a list goes in circles, an account comes more than once before that is seen.
  const accounts = new Map<string, PlannedAccount>();
  const failedScopes: FailedScope[] = [];
  let timers: readonly Timer[] = [];
  progress.show('Reading the plan …');
  for await (const page of readPages(client, '/api/rotations/plan', new URLSearchParams(), planPage)) {
    for (const account of page.value) accounts.set(account.accountId.toLowerCase(), account);
    failedScopes.push(...(page.errors ?? []));
    timers = page.timers ?? timers;
    progress.show(`Reading the plan: ${plural(accounts.size, 'account')} …`);
  }
  progress.clear();
  return { accounts: [...accounts.values()], failedScopes, timers };
}

function toFilter(context: Context): (account: PlannedAccount) => boolean {
  const wanted = textOf(context.values, 'account');
  const [due, overdue] = [isOn(context, 'due'), isOn(context, 'overdue')];
  return (account) => {
    if (wanted !== undefined && !isMeant(wanted, account.accountId)) return false;
    if (!due && !overdue) return true;
    return (due && account.decision === 'rotate') || (overdue && account.overdue);
  };
}

function print(context: Context, plan: Plan): void {
  const { accounts, failedScopes, timers } = plan;
  const errors = failedScopes.length > 0 && { errors: failedScopes };
  if (context.json) printJson(context, { value: sortPlan(accounts), ...errors, timers });
  else if (isOn(context, 'csv')) context.io.out.write(toCsv(plan));
  else printLines(context, toLines(context, plan));
}

function toLines({ io: { out } }: Context, { accounts, failedScopes, timers }: Plan): string[] {
  const failed = failedScopes.map(({ scope, code, message }) =>
    out.paint(printable(`Not listed: ${scope}: ${code}: ${message}`), 'red'),
  );
  const rows = planRows(accounts, Date.now());
  const table = rows.length > 0 ? renderTable(PLAN_COLUMNS, rows, out.paint, out.width()) : [];
  const parts = [failed, table, [printable(summarizePlan(accounts, timers))]].filter(
    (lines) => lines.length > 0,
  );
  return parts.flatMap((lines, i) => (i === 0 ? lines : ['', ...lines]));
}

const CSV_COLUMNS: readonly string[] = [
  ...['accountId', 'decision', 'code', 'reason', 'keyType', 'dueAt', 'overlapEndsAt', 'overdue'],
  ...['olderKey', 'olderKeyAgeDays', 'newerKey', 'newerKeyAgeDays'],
  ...['maxAgeDays', 'maxAgeFrom', 'overlapDays', 'overlapFrom', 'rotationId', 'verified'],
  ...['provisioningState', 'formerAccountIds', 'unknownAges', 'failedTry'],
];

function toCsv({ accounts, failedScopes }: Plan): string {
  const failed = failedScopes.map(({ scope, code, message }) => ({
    ...{ accountId: scope, decision: 'failed', code, reason: message },
  }));
  return stringify([...failed, ...sortPlan(accounts)], {
    header: true,
    columns: [...CSV_COLUMNS],
    // Names and tags are other people's.
    cast: { boolean: String, string: toCell },
  });
}
