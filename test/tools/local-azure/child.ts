import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
export const root = join(import.meta.dirname, '../../..');

/** Runs a script in a process of its own, and returns what it printed. */
export async function runScript(script: string, environment: Record<string, string> = {}): Promise<string> {
  return (await run(process.execPath, toArguments(script), toOptions(environment))).stdout.trim();
}

export function spawnScript(script: string, environment: Record<string, string> = {}): ChildProcess {
  return spawn(process.execPath, toArguments(script), toOptions(environment));
}

function toArguments(script: string): string[] {
  return ['--input-type=module', '--eval', script];
}

function toOptions(environment: Record<string, string>) {
  return { cwd: root, env: { ...process.env, ...environment }, timeout: 30_000 };
}
