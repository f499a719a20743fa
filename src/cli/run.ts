import { parseArgs } from 'node:util';
import { readAddress } from './client/address.ts';
import { createAppClient } from './client/app-client.ts';
import { chooseSignIn, createAuthorize } from './client/sign-in.ts';
import type { Command, Values } from './commands/command.ts';
import { numberOf, textOf } from './commands/command.ts';
import { COMMON_OPTIONS, commandHelp, generalHelp } from './commands/help.ts';
import { historyCommand } from './commands/history.ts';
import { planCommand } from './commands/plan.ts';
import { rotateCommand } from './commands/rotate.ts';
import { watchCommand } from './commands/watch.ts';
import { CliError, EXIT, type ExitCode, usageError } from './exit-code.ts';
import { type Io, type Progress, toProgress } from './terminal/io.ts';
import { printable, toJson } from './terminal/text.ts';

const COMMANDS: readonly Command[] = [planCommand, rotateCommand, historyCommand, watchCommand];
const LONGEST_TIMEOUT = 7 * 86_400;

/** Runs what the words say, and returns how it ended. */
export async function run(words: readonly string[], version: string, io: Io): Promise<ExitCode> {
  const progress = toProgress(io.err);
  try {
    const [name = '--help', ...rest] = words;
    if (name === '--help' || name === '-h' || name === 'help') return print(io, generalHelp(COMMANDS));
    if (name === '--version') return print(io, `${version}\n`);
    const command = COMMANDS.find((candidate) => candidate.name === name);
    if (command === undefined) throw usageError(`There is no command ${name}.`);
    return await runCommand(command, rest, version, io, progress);
  } catch (error) {
    progress.clear();
    if (!(error instanceof CliError)) throw error;
    return tell(error, words, io);
  }
}

async function runCommand(
  command: Command,
  words: readonly string[],
  version: string,
  io: Io,
  progress: Progress,
): Promise<ExitCode> {
  const { values, positionals } = parse(command, words);
  if (values.help === true) return print(io, commandHelp(command));
  if (values.version === true) return print(io, `${version}\n`);
  const app = readAddress(textOf(values, 'app') ?? io.env.MAPS_KEY_ROTATION_URL);
  const timeoutSeconds = numberOf(values, 'timeout', LONGEST_TIMEOUT) ?? command.timeoutSeconds;
  const debug = (line: string) => {
    if (values.debug === true) io.err.write(`${printable(line)}\n`);
  };
  const options = {
    audience: textOf(values, 'audience'),
    functionKeyFile: textOf(values, 'function-key-file'),
  };
  const signIn = await chooseSignIn(options, app, io);
  const connection = {
    ...{ app, signal: io.signal, debug, userAgent: `maps-key-rotation/${version}` },
    authorize: createAuthorize(signIn, debug),
  };
  const client = createAppClient(connection, { timeoutSeconds });
  return command.run({ io, client, values, positionals, json: values.json === true, progress });
}

function parse(command: Command, words: readonly string[]): { values: Values; positionals: string[] } {
  const specs = Object.entries({ ...command.options, ...COMMON_OPTIONS });
  const options = Object.fromEntries(
    specs.map(([name, { type, short }]) => [name, { type, ...(short !== undefined && { short }) }]),
  );
  const { values, positionals } = parseWords(words, options);
  const [surplus] = positionals.slice(command.maxPositionals);
  if (surplus === undefined) return { values, positionals };
  throw usageError(`${command.name} does not take ${surplus}.`);
}

type Options = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>['options']>;

function parseWords(words: readonly string[], options: Options): { values: Values; positionals: string[] } {
  try {
    const parsed = parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
    return { values: parsed.values as Values, positionals: parsed.positionals };
  } catch (error) {
    const [sentence = 'The options are wrong'] = (error as Error).message.split('. ');
    throw usageError(`${sentence}.`);
  }
}

function print(io: Io, text: string): ExitCode {
  io.out.write(text);
  return EXIT.done;
}

/** For people on the standard error; for programs, where they ask for JSON, on the standard output too. */
function tell({ exitCode, facts, next }: CliError, words: readonly string[], io: Io): ExitCode {
  if (words.includes('--json')) {
    io.out.write(`${toJson({ error: facts, exitCode, ...(next !== undefined && { next }) })}\n`);
  }
  const isUsage = exitCode === EXIT.usage;
  const lines = [
    `${io.err.paint(isUsage ? 'Usage' : printable(facts.code), 'red')}: ${printable(facts.message)}`,
    ...(isUsage ? ['maps-key-rotation <command> --help says more.'] : []),
    ...(next === undefined ? [] : ['Go on with:', `  ${next}`]),
  ];
  io.err.write(`${lines.join('\n')}\n`);
  return exitCode;
}
