import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export interface LogLine {
  readonly level: string;
  readonly category: string;
  readonly message: string;
}

/** The built app as a process of its own, under the local functions host. */
export interface RunningApp {
  readonly url: string;
  readonly functionKey: string;
  readonly masterKey: string;
  readonly functions: readonly { readonly name: string; readonly trigger: string }[];
  readonly log: readonly LogLine[];
  /** Sends to an HTTP function with the function key. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Runs a timer or queue function now, and waits for it. */
  invoke(name: string, input?: unknown): Promise<Response>;
  /** As a crash: SIGKILL. */
  kill(): void;
  readonly pid: number;
  readonly exited: Promise<void>;
  close(): Promise<void>;
}

export interface RunningAppOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly appDirectory?: string;
  /** The entry of the local functions host. */
  readonly host?: string;
  readonly queuePollMs?: number;
  /** How long a message stays hidden whose app was killed: 10 minutes, as in Azure, where this is left out. */
  readonly queueLeaseMs?: number;
}

const KEYS = { function: 'function-key-of-tests', master: 'master-key-of-tests' };

export async function startApp({
  environment,
  appDirectory = 'dist',
  host = 'tools/functions-host/main.ts',
  queuePollMs = 50,
  queueLeaseMs,
}: RunningAppOptions): Promise<RunningApp> {
  const options = {
    app: appDirectory,
    port: '0',
    'log-format': 'json',
    'queue-poll-ms': String(queuePollMs),
    'function-key': KEYS.function,
    'master-key': KEYS.master,
    ...(queueLeaseMs !== undefined && { 'queue-lease-ms': String(queueLeaseMs) }),
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn(process.execPath, [host, ...args], {
    env: { ...withoutAzure(process.env), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const killWithParent = () => child.kill('SIGKILL');
  process.once('exit', killWithParent);
  const exited = once(child, 'exit').then(() => {
    process.off('exit', killWithParent);
  });
  const log: LogLine[] = [];
  const { url, functions } = await ready(child, log);
  const invoke = (name: string, input?: unknown) =>
    fetch(`${url}/admin/functions/${name}?wait=true`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-functions-key': KEYS.master },
      body: JSON.stringify({ input }),
    });
  return {
    url,
    functions,
    functionKey: KEYS.function,
    masterKey: KEYS.master,
    log,
    fetch: (path, init = {}) => {
      const headers = new Headers(init.headers);
      if (!headers.has('x-functions-key')) headers.set('x-functions-key', KEYS.function);
      return fetch(`${url}${path}`, { ...init, headers });
    },
    invoke,
    pid: child.pid ?? 0,
    kill: () => child.kill('SIGKILL'),
    exited,
    async close() {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
      await exited;
      clearTimeout(timer);
    },
  };
}

/** The surroundings of the tests must not decide how the app signs in. */
function withoutAzure(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(
      ([name]) => !/^(AZURE|IDENTITY|MSI|ROTATION|EVENT_GRID|HTTP_AUTH|OTEL|APPLICATIONINSIGHTS)/.test(name),
    ),
  );
}

function ready(child: ChildProcess, log: LogLine[]): Promise<Pick<RunningApp, 'url' | 'functions'>> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null || child.stderr === null) throw new Error('The app has no output.');
    createInterface(child.stderr).on('line', (line) => {
      if (process.env.SHOW_LOG) process.stderr.write(`${line}\n`);
      log.push(toLogLine(line));
    });
    createInterface(child.stdout).on('line', (line) => {
      if (line.startsWith('READY ')) resolve(JSON.parse(line.slice('READY '.length)));
    });
    child.once('exit', (code) => {
      const tail = log.slice(-5).map(({ message }) => message);
      reject(new Error(`The app ended with ${code} before it was ready: ${tail.join('\n')}`));
    });
  });
}

function toLogLine(line: string): LogLine {
  try {
    return JSON.parse(line) as LogLine;
  } catch {
    return { level: 'unknown', category: 'stderr', message: line };
  }
}
