import type { TableClient } from '@azure/data-tables';
import { odata } from '@azure/data-tables';
import type { Heartbeats, TimerName } from '../app/heartbeats.ts';
import { onTable } from './table-calls.ts';

const PARTITION = 'heartbeat';

/** One row a timer, in the table of the rotations. */
export function createHeartbeatTable(client: TableClient): Heartbeats {
  return {
    async beat(timer, counts) {
      const row = { partitionKey: PARTITION, rowKey: timer, counts: JSON.stringify(counts) };
      await onTable(client, () => client.upsertEntity(row, 'Replace'));
    },
    read: () => onTable(client, () => readHeartbeats(client)),
  };
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
      lastRun: timestamp,
      ageSeconds: Math.max((serviceTime - Date.parse(timestamp)) / 1000, 0),
      counts: JSON.parse(counts) as Record<string, number>,
    });
  }
  return heartbeats;
}
