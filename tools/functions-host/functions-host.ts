import type { Server } from 'node:http';
import path from 'node:path';
import { type FunctionError, type HostFunction, indexFunctions } from './functions.ts';
import { type HostConfig, readHostConfig } from './host-config.ts';
import { createAdmin } from './http/admin.ts';
import { createEventGridWebhook } from './http/event-grid-webhook.ts';
import { createHttpHandler, listen } from './http/http-server.ts';
import { createKeys, type FunctionKeys } from './http/keys.ts';
import { type Listeners, runByHand, startListeners } from './listeners.ts';
import { createLog, formatLogEntry, type Log, type LogEntry, type LogSink } from './log.ts';
import { applyLocalSettings, type Environment } from './settings.ts';
import { type FunctionSummary, summarize } from './summary.ts';
import { type AppState, createAppState, installCoreApi } from './worker/core-api.ts';
import { createInvoker, type InvocationResult, type Invoker } from './worker/invoke.ts';
import { endApp, loadApp } from './worker/load-app.ts';

export interface FunctionsHostOptions {
  /** The built app: package.json with `main`, host.json, and where wanted local.settings.json. */
  appDirectory: string;
  /** 0 lets the system choose; by default as local.settings.json says, else 7071. */
  port?: number;
  hostname?: string;
  /** Put into this process's environment before all else: the app reads it there. */
  environment?: Environment;
  functionKeys?: Partial<FunctionKeys>;
  /** False: nobody is asked for a key, as with `func start`. */
  requireKeys?: boolean;
  log?: LogSink;
  /** Looks into the queues at this pace instead of backing off. */
  queuePollMs?: number;
  /** How long a message in work is hidden (10 minutes, as in Azure): less, for tests that kill the process. */
  queueLeaseMs?: number;
  /** Where timers' status is kept over restarts, so that a missed occurrence is made up for. */
  stateDirectory?: string;
  /** How long `close` waits for running invocations. */
  closeTimeoutMs?: number;
  signal?: AbortSignal;
}

export interface FunctionsHost {
  url: string;
  functions: readonly FunctionSummary[];
  keys: FunctionKeys;
  /** Runs a timer function now, beside its schedule. */
  invokeTimer(name: string): Promise<InvocationResult>;
  close(): Promise<void>;
}

const hostVersion = '4.1037.0';

/** Runs one built app in this process. The app is imported, so a process can host one app, once. */
export async function startFunctionsHost(options: FunctionsHostOptions): Promise<FunctionsHost> {
  const { appDirectory, config, port } = readApp(options);
  const log = createLog(options.log ?? writeToStderr, config.logLevels);
  const http = await listen(options.port ?? port ?? 7071, options.hostname ?? '127.0.0.1');
  process.env.WEBSITE_HOSTNAME ??= new URL(http.url).host;
  const app = await load(appDirectory, log).catch((error: unknown) => {
    http.server.close();
    http.server.closeAllConnections();
    throw error;
  });

  const { functions, errors } = indexFunctions(app.state, config.routePrefix, process.env);
  logIndex(log, functions, errors);
  const invoker = createInvoker(app.state, log);
  const listeners = startListeners(functions, { ...options, queues: config.queues, invoker, log });
  const keys = createKeys(options.functionKeys);
  const askedKeys = options.requireKeys === false ? undefined : keys;
  const run = (target: HostFunction, input: string | undefined) =>
    runByHand(invoker, listeners.timers, target, input);
  const admin = createAdmin({ url: http.url, functions, errors, keys: askedKeys, run });
  const common = { invoker, keys: askedKeys };
  const eventGrid = createEventGridWebhook({ ...common, functions: functions.filter(isOf('eventGrid')) });
  http.serve(
    createHttpHandler({ ...common, functions: functions.filter(isOf('http')), admin, eventGrid, log }),
  );

  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= closeHost(http.server, listeners, invoker, app, log, options.closeTimeoutMs ?? 10_000);
    return closing;
  };
  onAbort(options.signal, close);
  const invokeTimer = (name: string) => runTimer(listeners, name);
  return { url: http.url, functions: summarize(functions, errors), keys, invokeTimer, close };
}

async function runTimer({ timers }: Listeners, name: string): Promise<InvocationResult> {
  const timer = timers.get(name);
  if (!timer) throw new Error(`There is no timer function '${name}'.`);
  return timer.runNow();
}

function onAbort(signal: AbortSignal | undefined, close: () => Promise<void>): void {
  if (signal?.aborted) {
    void close();
  }
  signal?.addEventListener('abort', () => void close(), { once: true });
}

function readApp(options: FunctionsHostOptions): { appDirectory: string; config: HostConfig; port?: number } {
  const appDirectory = path.resolve(options.appDirectory);
  for (const [name, value] of Object.entries(options.environment ?? {})) {
    if (value !== undefined) {
      process.env[name] = value;
    }
  }
  const local = applyLocalSettings(appDirectory, process.env);
  process.env.AZURE_FUNCTIONS_ENVIRONMENT ??= 'Development';
  return { appDirectory, config: readHostConfig(appDirectory, process.env), ...local };
}

interface LoadedApp {
  state: AppState;
  end(): Promise<void>;
}

async function load(appDirectory: string, log: Log): Promise<LoadedApp> {
  const state = createAppState();
  const uninstall = installCoreApi(state, hostVersion, log);
  try {
    await loadApp(appDirectory, state, log);
  } catch (error) {
    uninstall();
    throw error;
  }
  return {
    state,
    async end() {
      await endApp(state);
      uninstall();
    },
  };
}

/** Takes in nothing more, lets what runs end within the time given, and only then tells the app. */
async function closeHost(
  server: Server,
  listeners: Listeners,
  invoker: Invoker,
  app: LoadedApp,
  log: Log,
  timeoutMs: number,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const ended = Promise.all([listeners.stop(), invoker.drain()]);
  await Promise.race([ended, sleep(timeoutMs)]);
  if (invoker.running() > 0) {
    const left = `${invoker.running()} invocations still run ${timeoutMs}ms after the host began to stop.`;
    log('warning', 'Host.Lifetime', left);
  }
  // The last answers are still on their way; what then is open is only kept alive.
  await sleep(20);
  server.closeIdleConnections();
  await Promise.race([closed, sleep(500)]);
  server.closeAllConnections();
  await app.end().catch((error: unknown) => log('error', 'Host.Lifetime', `appTerminate: ${String(error)}`));
}

function writeToStderr(entry: LogEntry): void {
  process.stderr.write(`${formatLogEntry(entry)}\n`);
}

type Trigger = HostFunction['trigger'];

function isOf<K extends Trigger['kind']>(kind: K) {
  return (target: HostFunction): target is HostFunction<Extract<Trigger, { kind: K }>> =>
    target.trigger.kind === kind;
}

function logIndex(log: Log, functions: readonly HostFunction[], errors: readonly FunctionError[]): void {
  for (const error of errors) {
    log('error', 'Host.Startup', `The '${error.name}' function is in error: ${error.message}`);
  }
  for (const { name, metadata, trigger } of functions) {
    if (metadata.retryOptions && trigger.kind !== 'http') {
      log('warning', 'Host.Startup', `The retry policy of '${name}' is not carried out by this local host.`);
    }
  }
  if (functions.length === 0) {
    log('warning', 'Host.Startup', 'No job functions found.');
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
