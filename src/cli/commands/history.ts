import { ROTATION_STATES } from '../../core/rotation/rotation.ts';
import type { Rotation } from '../client/answers.ts';
import { rotationPage } from '../client/answers.ts';
import { readPages } from '../client/pages.ts';
import { EXIT, type ExitCode, usageError } from '../exit-code.ts';
import { plural } from '../terminal/format.ts';
import { renderTable } from '../terminal/table.ts';
import { resolveAccount } from './accounts.ts';
import type { Command, Context } from './command.ts';
import { isOn, numberOf, printJson, printLines, textOf } from './command.ts';
import { HISTORY_COLUMNS, historyRow } from './rotation-rows.ts';

const DEFAULT_TOP = 50;
/** The app's largest page. */
const MAX_PAGE = 200;

export const historyCommand: Command = {
  name: 'history',
  synopsis: '',
  summary: 'Show rotations in flight and past, newest first.',
  details: `The states: ${ROTATION_STATES.join(', ')}.`,
  maxPositionals: 0,
  timeoutSeconds: 300,
  options: {
    account: { type: 'string', value: 'id|name', text: 'Only those of this account, by ARM id or name.' },
    state: { type: 'string', value: 'state', text: 'Only those in this state.' },
    top: { type: 'string', value: 'number', text: `At most so many (${DEFAULT_TOP} where nothing is said).` },
    all: { type: 'boolean', text: 'All of them.' },
  },
  run: runHistory,
};

async function runHistory(context: Context): Promise<ExitCode> {
  const { io, values } = context;
  const top = numberOf(values, 'top', 1_000_000);
  if (top !== undefined && isOn(context, 'all')) throw usageError('Give --top or --all, not both.');
  const limit = isOn(context, 'all') ? Infinity : (top ?? DEFAULT_TOP);
  const { rotations, more } = await readHistory(context, await toQuery(context, limit), limit);
  if (context.json) printJson(context, { value: rotations, more });
  else {
    const rows = rotations.map(historyRow);
    const table = renderTable(HISTORY_COLUMNS, rows, io.out.paint, io.out.width());
    printLines(context, rotations.length > 0 ? table : ['There is no such rotation.']);
    if (more) io.err.write(`There are more: --top <number>, or --all.\n`);
  }
  return EXIT.done;
}

async function toQuery({ client, values, progress }: Context, limit: number): Promise<URLSearchParams> {
  const query = new URLSearchParams({ top: String(Math.min(limit, MAX_PAGE)) });
  const state = textOf(values, 'state');
  if (state !== undefined) {
    if (!ROTATION_STATES.some((known) => known === state)) {
      throw usageError(`--state must be one of ${ROTATION_STATES.join(', ')}.`);
    }
    query.set('state', state);
  }
  const account = textOf(values, 'account');
  if (account !== undefined) query.set('accountId', await resolveAccount(client, account, progress));
  return query;
}

async function readHistory(
  { client, progress }: Context,
  query: URLSearchParams,
  limit: number,
): Promise<{ rotations: readonly Rotation[]; more: boolean }> {
  const rotations: Rotation[] = [];
  let more = false;
  for await (const page of readPages(client, '/api/rotations', query, rotationPage)) {
    rotations.push(...page.value);
    more = rotations.length > limit || (page.nextLink ?? '') !== '';
    if (rotations.length >= limit) break;
    progress.show(`Reading the history: ${plural(rotations.length, 'rotation')} …`);
  }
  progress.clear();
  return { rotations: rotations.slice(0, limit), more };
}
