import path from 'node:path';
import { z } from 'zod';
import type { LogLevel } from './log.ts';
import { type Environment, readOptional } from './settings.ts';
import { parseTimeSpan } from './time-span.ts';

const timeSpan = z.string().transform((text, context) => {
  const milliseconds = parseTimeSpan(text);
  if (milliseconds === undefined) {
    context.addIssue({ code: 'custom', message: `'${text}' is not a time span (hh:mm:ss)` });
    return z.NEVER;
  }
  return milliseconds;
});

const queues = z.object({
  batchSize: z.coerce.number().int().min(1).max(32).default(16),
  newBatchThreshold: z.coerce.number().int().min(0).optional(),
  maxDequeueCount: z.coerce.number().int().min(1).default(5),
  visibilityTimeout: timeSpan.default(0),
  // The real host polls at most a minute apart, and 2 s in a Development environment as this one.
  maxPollingInterval: timeSpan.pipe(z.number().min(100)).default(2_000),
  messageEncoding: z
    .string()
    .toLowerCase()
    .pipe(z.enum(['base64', 'none']))
    .default('base64'),
});

const logLevel = z
  .string()
  .toLowerCase()
  .pipe(z.enum(['trace', 'debug', 'information', 'warning', 'error', 'critical', 'none']));

const hostJson = z.object({
  version: z.literal('2.0'),
  logging: z.object({ logLevel: z.record(z.string(), logLevel).default({}) }).prefault({}),
  extensions: z
    .object({
      http: z.object({ routePrefix: z.string().default('api') }).prefault({}),
      queues: queues.prefault({}),
    })
    .prefault({}),
});

export interface QueueOptions {
  batchSize: number;
  newBatchThreshold: number;
  maxDequeueCount: number;
  visibilityTimeoutMs: number;
  maxPollingIntervalMs: number;
  messageEncoding: 'base64' | 'none';
}

export interface HostConfig {
  routePrefix: string;
  logLevels: Readonly<Record<string, LogLevel>>;
  queues: QueueOptions;
}

/** host.json, with each value overridden by `AzureFunctionsJobHost__path__to__value` as in the real host. */
export function readHostConfig(appDirectory: string, env: Environment): HostConfig {
  const text = readOptional(path.join(appDirectory, 'host.json'));
  if (text === undefined) {
    throw new Error(`No host.json in ${appDirectory}`);
  }
  const parsed = hostJson.safeParse(override(JSON.parse(text), env));
  if (!parsed.success) {
    throw new Error(`host.json is wrong:\n${z.prettifyError(parsed.error)}`);
  }
  const { http, queues } = parsed.data.extensions;
  return {
    routePrefix: http.routePrefix.replace(/^\/|\/$/g, ''),
    logLevels: parsed.data.logging.logLevel,
    queues: {
      batchSize: queues.batchSize,
      newBatchThreshold: queues.newBatchThreshold ?? Math.floor(queues.batchSize / 2),
      maxDequeueCount: queues.maxDequeueCount,
      visibilityTimeoutMs: queues.visibilityTimeout,
      maxPollingIntervalMs: queues.maxPollingInterval,
      messageEncoding: queues.messageEncoding,
    },
  };
}

function override(json: unknown, env: Environment): Record<string, unknown> {
  const root = isRecord(json) ? json : {};
  for (const [name, value] of Object.entries(env)) {
    const [prefix, ...keys] = name.split('__');
    const last = keys.pop();
    if (prefix?.toLowerCase() === 'azurefunctionsjobhost' && last !== undefined && value !== undefined) {
      const parent = keys.reduce(child, root);
      parent[existingKey(parent, last)] = value;
    }
  }
  return root;
}

function child(parent: Record<string, unknown>, key: string): Record<string, unknown> {
  const name = existingKey(parent, key);
  const found = parent[name];
  const value = isRecord(found) ? found : {};
  parent[name] = value;
  return value;
}

function existingKey(record: Record<string, unknown>, key: string): string {
  return Object.keys(record).find((name) => name.toLowerCase() === key.toLowerCase()) ?? key;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
