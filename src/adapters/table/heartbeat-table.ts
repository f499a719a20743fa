import type { TableClient } from '@azure/data-tables';
import { odata } from '@azure/data-tables';
import type { Heartbeats, TimerName } from '../../app/ports/heartbeats.ts';
import { getRow, onTable } from './table-calls.ts';

const PARTITION = 'heartbeat';

/** Written once and never again, so that its `Timestamp` stays. Not among the heartbeats, which earlier versions list. */
const FIRST_START = { partitionKey: 'app', rowKey: 'first-start' };

/** One row a timer, in the table of the rotations, and one for the app's first start. */
export function createHeartbeatTable(client: TableClient): Heartbeats {
  return {
    async beat(timer, counts) {
      const row = { partitionKey: PARTITION, rowKey: timer, counts: JSON.stringify(counts) };
      await onTable(client, () => client.upsertEntity(row, 'Replace'));
      await onTable(client, () => ageOfApp(client));
    },
    read: () => onTable(client, () => readHeartbeats(client)),
    ageOfApp: () => onTable(client, () => ageOfApp(client)),
  };
}

/** By the Table service's clock alone. */
async function ageOfApp(client: TableClient): Promise<number> {
  const { partitionKey, rowKey } = FIRST_START;
  const { entity, serviceTime } = await getRow(client, partitionKey, rowKey);
  if (entity !== undefined) return Math.max((serviceTime - Date.parse(entity.timestamp ?? '')) / 1000, 0);
  try {
    await client.createEntity(FIRST_START);
  } catch (error) {
    // Another instance was faster, by a moment.
    if ((error as { statusCode?: number }).statusCode !== 409) throw error;
  }
  return 0;
}

async function readHeartbeats(client: TableClient) {
  let serviceTime = Number.NaN;
  const heartbeats = [];
  const rows = client.listEntities<{ counts: string }>({
    queryOptions: { filter: odata`PartitionKey eq ${PARTITION}` },
    onResponse: (response) => {
      serviceTime = Date.parse(response.headers.get('date') ?? '');
    },
  });
  for await (const { rowKey, timestamp = '', counts } of rows) {
    heartbeats.push({
      timer: rowKey as TimerName,
      lastRunAt: timestamp,
      ageSeconds: Math.max((serviceTime - Date.parse(timestamp)) / 1000, 0),
      counts: JSON.parse(counts) as Record<string, number>,
    });
  }
  return heartbeats;
}
