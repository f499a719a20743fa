import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import type { TableServiceClientOptions } from '@azure/data-tables';
import { TableClient } from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';
import { QueueClient } from '@azure/storage-queue';
import { v7 as uuidv7 } from 'uuid';
import { createArmMaps } from './adapters/arm-maps.ts';
import { createCredential } from './adapters/credential.ts';
import { createEventGrid } from './adapters/event-grid.ts';
import { createHeartbeatTable } from './adapters/heartbeat-table.ts';
import { digestKey } from './adapters/key-digest.ts';
import { createKeyVault } from './adapters/key-vault.ts';
import { createMapsDataPlane } from './adapters/maps-data-plane.ts';
import { createRotationTable } from './adapters/rotation-table.ts';
import { createWorkQueue } from './adapters/work-queue.ts';
import type { Clock, Log } from './app/ports.ts';
import type { Services } from './app/services.ts';
import type { Telemetry } from './app/telemetry.ts';
import type { Schedule } from './core/policy.ts';
import { TIMINGS } from './core/timings.ts';
import { longestPause, nextRuns } from './ncrontab.ts';
import type { Settings } from './settings.ts';
import type { StorageSettings } from './storage-settings.ts';

const QUEUE = 'rotations';
const TABLE = 'rotations';

/** Storage answers in milliseconds or not at all, and behind each of its calls somebody waits. */
const STORAGE_TRY_MS = 3000;
const STORAGE_TRIES = 3;
const QUEUE_RETRIES = {
  maxTries: STORAGE_TRIES,
  retryDelayInMs: 200,
  maxRetryDelayInMs: 1000,
};
const TABLE_RETRIES = { maxRetries: STORAGE_TRIES - 1, retryDelayInMs: 200, maxRetryDelayInMs: 1000 };

const tryTimeoutPolicy: PipelinePolicy = {
  name: 'tryTimeoutPolicy',
  sendRequest(request, next) {
    request.timeout = STORAGE_TRY_MS;
    return next(request);
  },
};

/** Builds every adapter once for the process; only the log differs between invocations. */
export function createServices(settings: Settings, telemetry: Telemetry): (log: Log) => Services {
  const credential = createCredential(settings, TIMINGS.callTimeout / 3);
  const clock = createClock();
  const now = clock.now;
  const { table, queue } = createStorage(settings.storage, credential);
  const { keyVaultUri: vaultUri, verifyAt } = settings;
  const { callTimeout } = TIMINGS;
  const services: Omit<Services, 'log'> = {
    maps: createArmMaps({
      endpoint: settings.resourceManagerEndpoint,
      credential,
      timings: TIMINGS,
      now,
      onThrottle: (operation) =>
        telemetry.measure('maps_key_rotation.arm.throttles', 1, { 'maps_key_rotation.operation': operation }),
    }),
    events: createEventGrid({ endpoint: settings.topicEndpoint, credential }),
    ...(vaultUri && { vault: createKeyVault({ vaultUri, credential, timeoutSeconds: callTimeout }) }),
    ...(verifyAt && {
      dataPlane: createMapsDataPlane({ endpoint: verifyAt, timeoutSeconds: callTimeout / 2 }),
    }),
    store: createRotationTable(table, uuidv7, now),
    queue: createWorkQueue(queue, telemetry.current),
    heartbeats: createHeartbeatTable(table),
    clock,
    telemetry,
    newId: uuidv7,
    digestKey,
    timings: TIMINGS,
    scopes: settings.scopes,
    policy: settings.policy,
    schedule: createSchedule(settings.schedule),
  };
  return (log) => ({ ...services, log });
}

function createClock(): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now() / 1000,
    sleep: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
  };
}

/** A connection string may point at a local Azurite, which speaks plain HTTP; an identity never does. */
function createStorage(
  storage: StorageSettings,
  credential: TokenCredential,
): { table: TableClient; queue: QueueClient } {
  const tableOptions: TableServiceClientOptions = {
    retryOptions: TABLE_RETRIES,
    additionalPolicies: [{ policy: tryTimeoutPolicy, position: 'perRetry' }],
    allowInsecureConnection: storage.kind === 'connection-string',
  };
  const queueOptions = { retryOptions: QUEUE_RETRIES };
  if (storage.kind === 'connection-string') {
    const { connectionString } = storage;
    return {
      table: TableClient.fromConnectionString(connectionString, TABLE, tableOptions),
      queue: new QueueClient(connectionString, QUEUE, queueOptions),
    };
  }
  const queueUrl = new URL(QUEUE, `${storage.queueServiceUri.replace(/\/$/, '')}/`).href;
  return {
    table: new TableClient(storage.tableServiceUri, TABLE, credential, tableOptions),
    queue: new QueueClient(queueUrl, credential, queueOptions),
  };
}

/** Looks the runs up once between two of them. */
function createSchedule(ncrontab: string): (now: number) => Schedule {
  const period = longestPause(ncrontab);
  let known = { from: Number.POSITIVE_INFINITY, until: 0, secondNextRun: 0 };
  return (now) => {
    if (now < known.from || now >= known.until) {
      const { next, second } = nextRuns(ncrontab, now);
      known = { from: now, until: next, secondNextRun: second };
    }
    return { secondNextRun: known.secondNextRun, period };
  };
}
