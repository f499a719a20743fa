import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { LogEntry } from '../../../tools/functions-host/log.ts';
import type { FunctionSummary } from '../../../tools/functions-host/summary.ts';

export interface RunningHost {
  url: string;
  functions: FunctionSummary[];
  keys: { master: string; default: string; eventGrid: string };
  logs: LogEntry[];
  child: ChildProcess;
  get(route: string, init?: RequestInit): Promise<Response>;
  admin(route: string, init?: RequestInit): Promise<Response>;
  /** Asks until the check is content. */
  until<T>(route: string, check: (body: T) => boolean): Promise<T>;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

const repository = path.resolve(import.meta.dirname, '../../..');
export const fixtureApp = path.join(import.meta.dirname, 'fixture-app');

/** Starts the host as it is used: its own process, spoken to over HTTP. */
export async function startHost(
  args: string[] = [],
  env: NodeJS.ProcessEnv = {},
  app = fixtureApp,
): Promise<RunningHost> {
  const main = path.join(repository, 'tools/functions-host/main.ts');
  const child = spawn(
    process.execPath,
    [main, '--app', app, '--port', '0', '--log-format', 'json', ...args],
    {
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const logs: LogEntry[] = [];
  const other: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    line.startsWith('{') ? logs.push(JSON.parse(line)) : other.push(line);
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
  const ready = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    void exited.then((code) => setTimeout(() => reject(new Error(`exit ${code}: ${other.join('\n')}`)), 50));
  });
  const { url, functions, keys } = JSON.parse(ready.replace(/^READY /, ''));
  const get = (route: string, init?: RequestInit) => fetch(`${url}${route}`, init);
  return {
    url,
    functions,
    keys,
    logs,
    child,
    get,
    admin: (route, init = {}) =>
      get(route, {
        ...init,
        headers: { 'x-functions-key': keys.master, 'content-type': 'application/json' },
      }),
    until: <T>(route: string, check: (body: T) => boolean) =>
      until(async () => (await (await get(route)).json()) as T, check),
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return exited;
    },
  };
}

export async function until<T>(
  read: () => Promise<T> | T,
  check: (value: T) => boolean,
  timeoutMs = 8_000,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (check(value)) {
      return value;
    }
    if (Date.now() > end) {
      throw new Error(`not within ${timeoutMs} ms: ${JSON.stringify(value)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
