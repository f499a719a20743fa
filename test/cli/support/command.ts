import { type ChildProcess, spawn } from 'node:child_process';

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** What is done with the process while it runs. */
  readonly meanwhile?: (child: ChildProcess, seen: () => string) => Promise<void>;
}

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const COMMAND = 'dist-cli/maps-key-rotation.js';

/** Runs the built command line as a process of its own, with no terminal around it. */
export async function command(
  words: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  const child = spawn(process.execPath, [COMMAND, ...words], {
    env: { ...surroundings(), ...options.env },
    stdio: 'pipe',
  });
  const [out, err]: [string[], string[]] = [[], []];
  child.stdout.setEncoding('utf8').on('data', (text: string) => out.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => err.push(text));
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  const closed = new Promise<number | null>((resolve) => child.once('close', resolve));
  await options.meanwhile?.(child, () => out.join('') + err.join(''));
  const code = await closed;
  return { code, stdout: out.join(''), stderr: err.join('') };
}

/** The surroundings of the tests must not decide how the command signs in or paints. */
function surroundings(): Record<string, string | undefined> {
  const foreign = /^(AZURE|IDENTITY|MSI|MAPS_KEY_ROTATION|NO_COLOR|FORCE_COLOR)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}
