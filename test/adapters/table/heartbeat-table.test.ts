import { randomUUID } from 'node:crypto';
import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import { TableClient } from '@azure/data-tables';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHeartbeatTable } from '../../../src/adapters/table/heartbeat-table.ts';
import type { Services } from '../../../src/app/ports/services.ts';
import type { Health } from '../../../src/app/request/check-health.ts';
import { checkHealth } from '../../../src/app/request/check-health.ts';
import type { Azurite } from '../../../tools/azurite.ts';
import { startAzurite } from '../../../tools/azurite.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite?.close());

/** An app on a table of its own that is not there yet. `later`: by how many seconds the service's clock is ahead. */
function appOn() {
  const clock = { later: 0 };
  const policy: PipelinePolicy = {
    name: 'laterPolicy',
    async sendRequest(request, next) {
      const response = await next(request);
      response.headers.set('date', new Date(Date.now() + clock.later * 1000).toUTCString());
      return response;
    },
  };
  const table = TableClient.fromConnectionString(
    azurite.connectionString,
    `t${randomUUID().replaceAll('-', '')}`,
    { allowInsecureConnection: true, additionalPolicies: [{ policy, position: 'perCall' }] },
  );
  const heartbeats = createHeartbeatTable(table);
  const services = {
    heartbeats,
    clock: { now: () => Date.now() },
    schedule: () => ({ secondNextRun: 0, period: DAY }),
  } as unknown as Services;
  const healthAfter = (seconds: number): Promise<Health> => {
    clock.later = seconds;
    return checkHealth(services);
  };
  return { table, heartbeats, healthAfter };
}

function late({ timers }: Health): string[] {
  return timers.filter((timer) => timer.late).map(({ timer }) => timer);
}

describe('HLT-01: where timers never ran,', () => {
  test('the app is healthy at first, and each one is late once its period has passed', async () => {
    const { healthAfter } = appOn();

    const seen = [];
    for (const seconds of [0, 600, HOUR, DAY, DAY + 2 * HOUR, 90 * DAY]) {
      const health = await healthAfter(seconds);
      seen.push([health.status, late(health).length]);
    }

    expect(seen).toEqual([
      ['healthy', 0],
      ['healthy', 0],
      ['unhealthy', 1],
      ['unhealthy', 1],
      ['unhealthy', 2],
      ['unhealthy', 2],
    ]);
  });

  test('but one of the two does, the other one is late by the first run of that', async () => {
    const { heartbeats, healthAfter } = appOn();
    await heartbeats.beat('reconcileRotations', { open: 0 });

    expect(late(await healthAfter(600))).toEqual([]);
    expect(late(await healthAfter(DAY + 2 * HOUR))).toEqual(['rotateDueAccounts', 'reconcileRotations']);
  });

  test('a run makes it healthy, and a later pause late', async () => {
    const { heartbeats, healthAfter } = appOn();
    await healthAfter(0);
    await heartbeats.beat('rotateDueAccounts', { seen: 1 });
    await heartbeats.beat('reconcileRotations', { open: 0 });

    expect(await healthAfter(600)).toMatchObject({ status: 'healthy' });
    expect(late(await healthAfter(2 * HOUR))).toEqual(['reconcileRotations']);
  });

  test('and all of storage is gone, it begins anew and does not stay healthy for good', async () => {
    const { table, healthAfter } = appOn();
    await healthAfter(0);
    expect(await healthAfter(2 * DAY)).toMatchObject({ status: 'unhealthy' });
    for await (const { partitionKey = '', rowKey = '' } of table.listEntities())
      await table.deleteEntity(partitionKey, rowKey);

    expect(await healthAfter(0)).toMatchObject({ status: 'healthy' });
    expect(late(await healthAfter(2 * DAY))).toHaveLength(2);
  });

  test('several instances that ask at once agree on one start', async () => {
    const { table, heartbeats } = appOn();
    await table.createTable();

    await Promise.all(Array.from({ length: 8 }, () => heartbeats.ageOfApp()));

    const rows = [];
    for await (const row of table.listEntities()) rows.push(row);
    expect(rows).toHaveLength(1);
  });
});
