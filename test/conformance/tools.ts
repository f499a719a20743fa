import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';

export const FOLDER = import.meta.dirname;

/** What the checks write; Git does not see it. */
export const GENERATED = `${FOLDER}/.local`;

/** The tools are apart from the packages of the app, so that its `npm ci` does not bring them. */
export const binary = (name: string) => `${FOLDER}/node_modules/.bin/${name}`;

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Nobody is told that the tools were used. */
const QUIET = {
  DOTNET_CLI_TELEMETRY_OPTOUT: '1',
  DOTNET_NOLOGO: '1',
  KIOTA_CLI_TELEMETRY_OPTOUT: '1',
};

/** Runs a tool to its end, whatever that is. */
export async function run(command: string, args: readonly string[], cwd = process.cwd()): Promise<Outcome> {
  const options = { cwd, maxBuffer: 64 * 1024 * 1024, env: { ...process.env, ...QUIET } };
  try {
    return { exitCode: 0, ...(await promisify(execFile)(command, [...args], options)) };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: unknown; stdout: string; stderr: string };
    if (typeof code !== 'number') throw error;
    return { exitCode: code, stdout, stderr };
  }
}

/** Runs one that must go well; gives what it printed. */
export async function runWell(command: string, args: readonly string[], cwd?: string): Promise<string> {
  const { exitCode, stdout, stderr } = await run(command, args, cwd);
  if (exitCode !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${exitCode}:\n${stdout}${stderr}`);
  return stdout;
}

/** Runs a script that uses a tool as a library; gives what it printed, which is JSON. */
export async function node(script: string, ...args: readonly string[]): Promise<unknown> {
  return JSON.parse(await runWell(process.execPath, [`${FOLDER}/scripts/${script}`, ...args]));
}

export function writeGenerated(name: string, value: unknown): string {
  mkdirSync(GENERATED, { recursive: true });
  const file = `${GENERATED}/${name}`;
  writeFileSync(file, JSON.stringify(value));
  return file;
}

/** What a check went through: a check of nothing would hold, too. */
export function tell(line: string): void {
  process.stdout.write(`  ${line}\n`);
}
