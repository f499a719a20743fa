import type { TableClient } from '@azure/data-tables';
import { RestError } from '@azure/data-tables';
import { describe, expect, test } from 'vitest';
import { indexActions } from '../../../src/adapters/table/rotation-index.ts';
import { rotationRow, toRotationEntity } from '../../../src/adapters/table/rotation-rows.ts';
import { createRotationTable } from '../../../src/adapters/table/rotation-table.ts';
import { rotationWith } from '../../core/support/rotations.ts';

const COUNT = 450;

/** A table with many rotations, whose reads take a moment each; it notes how many go on at one time. */
function tableOf({ failAt = -1, clock = (): number => 0 } = {}) {
  const ids = Array.from(
    { length: COUNT },
    (_, i) => `019abf3c-7e50-7cc1-8a52-${String(i).padStart(12, '0')}`,
  ).reverse();
  let [open, most, reads] = [0, 0, 0];
  const client = {
    pipeline: { addPolicy: () => undefined },
    listEntities: ({ queryOptions: { filter } }: { queryOptions: { filter: string } }) => ({
      async *byPage({ maxPageSize }: { maxPageSize: number }) {
        const [, after = ''] = /RowKey gt '([^']*)'/.exec(filter) ?? [];
        const rows = ids.map((id) => ({ rowKey: rotationRow(id), accountPartition: 'p' }));
        const rest = rows.filter(({ rowKey }) => rowKey > after);
        for (let i = 0; i < rest.length; i += maxPageSize) yield rest.slice(i, i + maxPageSize);
      },
    }),
    async getEntity(_partition: string, rowKey: string, options: { onResponse: (response: object) => void }) {
      most = Math.max(most, ++open);
      reads += 1;
      const nth = reads;
      await new Promise((go) => setTimeout(go, 1));
      open -= 1;
      if (nth === failAt) throw new RestError('It is busy.', { statusCode: 503 });
      options.onResponse({ headers: { get: () => new Date().toUTCString() } });
      const id = ids.find((candidate) => rotationRow(candidate) === rowKey) ?? '';
      const row = toRotationEntity(
        'p',
        rotationWith({ rotationId: id, state: 'completed' }),
        { seconds: 0 },
        'w',
      );
      return { ...row, etag: 'W/"1"', timestamp: new Date().toISOString() };
    },
  };
  const store = createRotationTable(client as unknown as TableClient, () => '', {
    now: clock,
    monotonic: () => 0,
  });
  return { store, ids, most: () => most, reads: () => reads, open: () => open };
}

describe('LOAD-01: a list of rotations', () => {
  test('reads some rows at a time, in their order', async () => {
    const { store, ids, most } = tableOf();

    const page = await store.listRotations({}, 200);

    expect(page.rotations.map(({ rotation }) => rotation.rotationId)).toEqual(ids.slice(0, 200));
    expect(page.continuation).toBe(ids[199]);
    expect(most()).toBe(16);
  });

  test('that takes long gives what there is, and goes on from there to its end', async () => {
    let time = 0;
    const { store, ids } = tableOf({ clock: () => (time += 20_000) });
    const found: string[] = [];
    let pages = 0;
    let continuation: string | undefined;

    do {
      const page = await store.listRotations({}, 200, continuation);
      found.push(...page.rotations.map(({ rotation }) => rotation.rotationId));
      continuation = page.continuation;
      pages += 1;
    } while (continuation !== undefined);

    expect(found).toEqual(ids);
    expect(pages).toBeGreaterThan(3);
  });

  test('begins no more reads once one has failed, and leaves none behind', async () => {
    const { store, reads, open } = tableOf({ failAt: 5 });

    await expect(store.listRotations({}, 200)).rejects.toThrow('It is busy.');

    expect(reads()).toBeLessThan(40);
    expect(open()).toBe(0);
  });
});

test('LOAD-01: ids of requests that have served their time are dropped some at a time', async () => {
  const account = { subscriptionId: 's', resourceGroupName: 'g', accountName: 'a' };
  const rows = Array.from({ length: 300 }, (_, i) => {
    const [action] = indexActions(`rotation-${i}`, { account }, { repeatability: `request-${i}` }, 0).slice(
      -1,
    );
    return (action?.[1] ?? {}) as { rows: string };
  });
  let [open, most] = [0, 0];
  const client = {
    pipeline: { addPolicy: () => undefined },
    async *listEntities() {
      yield* rows;
    },
    async getEntity() {
      most = Math.max(most, ++open);
      await new Promise((go) => setTimeout(go, 1));
      open -= 1;
      throw new RestError('It is not there.', { statusCode: 404 });
    },
    deleteEntity: async () => undefined,
  };

  const dropped = await createRotationTable(client as unknown as TableClient, () => '', {
    now: () => 0,
    monotonic: () => 0,
  }).dropExpiredRequests();

  expect(dropped).toBe(0);
  expect(most).toBe(16);
});
