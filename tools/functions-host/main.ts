import { format, parseArgs } from 'node:util';
import { type FunctionsHostOptions, startFunctionsHost } from './functions-host.ts';
import { formatLogEntry, type LogEntry, type LogLevel, type LogSink } from './log.ts';

const usage = `node tools/functions-host/main.ts --app <directory> [options]
  --port <number>          0 lets the system choose (default: local.settings.json, else 7071)
  --hostname <name>        default 127.0.0.1
  --no-keys                ask nobody for keys, as \`func start\`
  --function-key <key>     the default function key (default: random)
  --master-key <key>       the master key (default: random)
  --queue-poll-ms <n>      look into the queues at this pace
  --queue-lease-ms <n>     how long a message in work is hidden (default: 10 minutes)
  --state <directory>      keep the timers' status over restarts
  --log-format text|json   one line an entry, on stderr (default: text)`;

const { values } = parseArgs({
  options: {
    app: { type: 'string' },
    port: { type: 'string' },
    hostname: { type: 'string' },
    'no-keys': { type: 'boolean', default: false },
    'function-key': { type: 'string' },
    'master-key': { type: 'string' },
    'queue-poll-ms': { type: 'string' },
    'queue-lease-ms': { type: 'string' },
    state: { type: 'string' },
    'log-format': { type: 'string', default: 'text' },
  },
});

if (values.app === undefined) {
  process.stderr.write(`${usage}\n`);
  process.exit(2);
}

const log = values['log-format'] === 'json' ? writeJson : writeText;
captureConsole(log);
try {
  const host = await startFunctionsHost(toOptions(values.app));
  const { url, functions, keys } = host;
  process.stdout.write(`READY ${JSON.stringify({ url, functions, keys })}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void host.close().then(() => process.exit(0)));
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
}

function toOptions(appDirectory: string): FunctionsHostOptions {
  const { port, hostname, state } = values;
  const [functionKey, masterKey] = [values['function-key'], values['master-key']];
  const [pollMs, leaseMs] = [values['queue-poll-ms'], values['queue-lease-ms']];
  return {
    appDirectory,
    log,
    requireKeys: !values['no-keys'],
    functionKeys: {
      ...(functionKey === undefined ? {} : { default: functionKey }),
      ...(masterKey === undefined ? {} : { master: masterKey }),
    },
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(hostname === undefined ? {} : { hostname }),
    ...(state === undefined ? {} : { stateDirectory: state }),
    ...(pollMs === undefined ? {} : { queuePollMs: Number(pollMs) }),
    ...(leaseMs === undefined ? {} : { queueLeaseMs: Number(leaseMs) }),
  };
}

function writeText(entry: LogEntry): void {
  process.stderr.write(`${formatLogEntry(entry)}\n`);
}

function writeJson(entry: LogEntry): void {
  process.stderr.write(`${JSON.stringify(entry)}\n`);
}

/** What the app writes to the console belongs to the log, as in Azure; stdout is for READY alone. */
function captureConsole(sink: LogSink): void {
  const levels: Record<'debug' | 'log' | 'info' | 'warn' | 'error', LogLevel> = {
    debug: 'debug',
    log: 'information',
    info: 'information',
    warn: 'warning',
    error: 'error',
  };
  for (const [method, level] of Object.entries(levels) as [keyof typeof levels, LogLevel][]) {
    console[method] = (...values: unknown[]) =>
      sink({
        time: new Date().toISOString(),
        level,
        category: 'Host.Function.Console',
        message: format(...values),
      });
  }
}
