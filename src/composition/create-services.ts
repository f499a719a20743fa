import type { TableServiceClientOptions } from '@azure/data-tables';
import { TableClient } from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';
import { QueueClient } from '@azure/storage-queue';
import { v7 as uuidv7 } from 'uuid';
import { createArmMaps } from '../adapters/arm/arm-maps.ts';
import { createEventGrid } from '../adapters/event-grid/event-grid.ts';
import { createCredential } from '../adapters/identity/credential.ts';
import { digestKey } from '../adapters/key-digest.ts';
import { createKeyVault } from '../adapters/key-vault/key-vault.ts';
import { createMapsDataPlane } from '../adapters/maps-data-plane/maps-data-plane.ts';
import { createWorkQueue } from '../adapters/queue/work-queue.ts';
import { withoutWaiting } from '../adapters/sdk-retries.ts';
import { STORAGE_TRIES, storageTryPolicy } from '../adapters/storage-tries.ts';
import { createHeartbeatTable } from '../adapters/table/heartbeat-table.ts';
import { createRotationTable } from '../adapters/table/rotation-table.ts';
import type { Clock, Log } from '../app/ports/ports.ts';
import type { Services } from '../app/ports/services.ts';
import type { Telemetry } from '../app/ports/telemetry.ts';
import type { Schedule } from '../core/policy/policy.ts';
import { TIMINGS } from '../core/rotation/timings.ts';
import { longestPause, nextRuns } from '../settings/ncrontab.ts';
import type { Settings } from '../settings/settings.ts';
import type { StorageSettings } from '../settings/storage-settings.ts';

const QUEUE = 'rotations';
const TABLE = 'rotations';

const QUEUE_RETRIES = {
  maxTries: STORAGE_TRIES,
  retryDelayInMs: 200,
  maxRetryDelayInMs: 1000,
};
const TABLE_RETRIES = { maxRetries: STORAGE_TRIES - 1, retryDelayInMs: 200, maxRetryDelayInMs: 1000 };

/** Builds every adapter once for the process; only the log differs between invocations. */
export function createServices(settings: Settings, telemetry: Telemetry): (log: Log) => Services {
  const credential = createCredential(settings, TIMINGS.callTimeout);
  const clock = createClock();
  const { table, queue } = createStorage(settings.storage, credential);
  const { keyVaultUri: vaultUri, verifyAt } = settings;
  const { callTimeout } = TIMINGS;
  const store = createRotationTable(table, uuidv7, clock);
  const services: Omit<Services, 'log'> = {
    maps: createArmMaps({
      endpoint: settings.resourceManagerEndpoint,
      credential,
      timings: TIMINGS,
      now: store.serviceNow,
      onThrottle: (operation) =>
        telemetry.measure('maps_key_rotation.arm.throttles', 1, { 'maps_key_rotation.operation': operation }),
    }),
    events: createEventGrid({ endpoint: settings.topicEndpoint, credential }),
    ...(vaultUri && { vault: createKeyVault({ vaultUri, credential, timeoutSeconds: callTimeout }) }),
    ...(verifyAt && {
      dataPlane: createMapsDataPlane({ endpoint: verifyAt, timeoutSeconds: callTimeout / 2 }),
    }),
    store,
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
  const retries = withoutWaiting(TABLE_RETRIES);
  const tableOptions: TableServiceClientOptions = {
    ...retries,
    additionalPolicies: [...retries.additionalPolicies, { policy: storageTryPolicy, position: 'perRetry' }],
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
