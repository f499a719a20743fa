import type { Rotation } from '../client/answers.ts';
import type { Look, Sighting } from '../client/sightings.ts';
import { lastOf, lookAtAll, lookAtOne, rotationIdArgument, sightings } from '../client/sightings.ts';
import { CliError, EXIT, type ExitCode, usageError } from '../exit-code.ts';
import { accountName, formatTime } from '../terminal/format.ts';
import { createLiveView } from '../terminal/live-view.ts';
import { renderTable } from '../terminal/table.ts';
import { printable, toJson } from '../terminal/text.ts';
import { resolveAccount } from './accounts.ts';
import type { Command, Context } from './command.ts';
import { printLines, textOf } from './command.ts';
import { nextCommand } from './next-command.ts';
import { HISTORY_COLUMNS, historyRow, remark, stateStyle } from './rotation-rows.ts';

export const watchCommand: Command = {
  name: 'watch',
  synopsis: '[rotation id]',
  summary: 'Follow one rotation, or all that are in flight, until they are over.',
  details:
    'A table that keeps itself up to date on a terminal, else a line for each change. Without a rotation id it looks\nat the newest 200 rotations for those in flight. Ends with 1 where one of them failed.',
  maxPositionals: 1,
  timeoutSeconds: Infinity,
  options: {
    account: { type: 'string', value: 'id|name', text: 'Those of this account, by ARM id or name.' },
  },
  run: runWatch,
};

async function runWatch(context: Context): Promise<ExitCode> {
  const { client } = context;
  const [rotationId] = context.positionals;
  const look = await chooseLook(context, rotationId);
  const show = context.json ? showJson : context.io.out.width() === undefined ? showLines : liveView(context);
  try {
    const { rotations } = await lastOf(sightings(client, look), (sighting) => show(context, sighting));
    if (rotations.length === 0 && !context.json) printLines(context, ['No rotation is in flight.']);
    return rotations.some(({ state }) => state === 'failed') ? EXIT.failed : EXIT.done;
  } catch (error) {
    if (!(error instanceof CliError) || error.exitCode < EXIT.unfinished) throw error;
    const words = rotationId === undefined ? ['watch'] : ['watch', rotationId];
    throw new CliError(error.exitCode, error.facts, nextCommand(context, words));
  }
}

async function chooseLook({ client, values, progress }: Context, rotationId?: string): Promise<Look> {
  const account = textOf(values, 'account');
  if (rotationId === undefined) {
    const id = account === undefined ? undefined : await resolveAccount(client, account, progress);
    return lookAtAll(client, id);
  }
  if (account !== undefined) throw usageError('Give a rotation id or --account, not both.');
  if (rotationIdArgument.safeParse(rotationId).success) return lookAtOne(client, rotationId);
  throw usageError('A rotation is named by its id, a UUID, as history shows it.');
}

function showJson({ io }: Context, { changes }: Sighting): void {
  for (const { now } of changes) io.out.write(`${toJson(now)}\n`);
}

function showLines(context: Context, { changes }: Sighting): void {
  const lines = changes.map(({ before, now }) => changeLine(context, before, now));
  printLines(context, lines);
}

function liveView({ io }: Context): typeof showLines {
  const view = createLiveView(io.out);
  return (_context, { rotations }) => {
    if (rotations.length === 0) return;
    view.draw(renderTable(HISTORY_COLUMNS, rotations.map(historyRow), io.out.paint, io.out.width()));
  };
}

function changeLine({ io }: Context, before: Rotation | undefined, now: Rotation): string {
  const { updatedAt, accountId, keyType, state, rotationId } = now;
  const paint = io.out.paint;
  const way = before === undefined || before.state === state ? state : `${before.state} → ${state}`;
  const parts = [
    formatTime(updatedAt),
    accountName(accountId),
    keyType,
    paint(printable(way), stateStyle(now)),
    rotationId,
  ];
  return [...parts.map((part, i) => (i === 3 ? part : printable(part))), printable(remark(now))]
    .filter((part) => part !== '')
    .join('  ');
}
