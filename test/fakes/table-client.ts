import type { HttpClient } from '@azure/core-rest-pipeline';
import { createEmptyPipeline, createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import type { TableClient, TransactionAction } from '@azure/data-tables';
import { RestError } from '@azure/data-tables';
import type { Faults } from './faults.ts';
import { call } from './faults.ts';
import type { Actor, World } from './world.ts';

export type Row = Readonly<Record<string, unknown>> & {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly etag: string;
  readonly timestamp: string;
};

/** The Table service: partitions, ETags, transactions, and a clock that the rows' timestamps and each `Date` go by. */
export interface Table {
  rows(): Row[];
  client(actor: Actor, faults: Faults): TableClient;
}

interface ListOptions {
  readonly queryOptions?: { readonly filter?: string };
  readonly onResponse?: (response: object) => void;
}

/** `committed` sees the actions of each transaction once it is done, and the actor whose it was. */
export function createTable(
  world: World,
  committed: (actions: readonly TransactionAction[], actor: Actor) => void,
): Table {
  const stored = new Map<string, Row>();
  let writes = 0;
  /** In their order, for as long as no row comes or goes. */
  let order: readonly string[] | undefined;
  const rows = () => {
    order ??= [...stored.keys()].sort();
    return order.flatMap((one) => stored.get(one) ?? []);
  };
  const date = () => new Date(world.serviceTime()).toUTCString();
  const response = { headers: { get: (name: string) => (name === 'date' ? date() : undefined) } };

  function apply(actions: readonly TransactionAction[]): { subResponses: { etag?: string }[] } {
    for (const action of actions) check(action);
    return { subResponses: actions.map(write) };
  }

  function check([kind, entity, , options]: TransactionAction): void {
    const row = stored.get(key(entity));
    if (kind === 'create' && row !== undefined) throw new RestError('It exists.', { statusCode: 409 });
    if (kind !== 'update' && kind !== 'delete') return;
    if (row === undefined) throw new RestError('It is not there.', { statusCode: 404 });
    const etag = (options as { etag?: string } | undefined)?.etag ?? '*';
    if (etag !== '*' && etag !== row.etag) throw new RestError('It has changed.', { statusCode: 412 });
  }

  function write([kind, entity]: TransactionAction): { etag?: string } {
    if (kind === 'delete') {
      stored.delete(key(entity));
      order = undefined;
      return {};
    }
    const etag = `W/"${++writes}"`;
    const timestamp = new Date(world.serviceTime()).toISOString();
    const copy = structuredClone(entity) as { partitionKey: string; rowKey: string };
    if (!stored.has(key(entity))) order = undefined;
    stored.set(key(entity), { ...copy, etag, timestamp });
    return { etag };
  }

  function client(actor: Actor, faults: Faults): TableClient {
    const pipeline = createEmptyPipeline();
    const ask = async <T>(serve: () => T): Promise<T> => {
      const answer = await call({ world, faults, actor }, 'table', serve, () => {
        throw new RestError('The connection broke.', { code: 'ECONNRESET' });
      });
      await pipeline.sendRequest(answering(date()), createPipelineRequest({ url: 'https://table' }));
      return answer;
    };
    const list = (options: ListOptions = {}) =>
      ask(() => {
        options.onResponse?.(response);
        return rows().filter(readFilter(options.queryOptions?.filter ?? ''));
      });
    const fake = {
      pipeline,
      getEntity: (partitionKey: string, rowKey: string, options: ListOptions = {}) =>
        ask(() => {
          options.onResponse?.(response);
          const row = stored.get(key({ partitionKey, rowKey }));
          if (row === undefined) throw new RestError('It is not there.', { statusCode: 404 });
          return row;
        }),
      listEntities: (options?: ListOptions) => ({
        async *[Symbol.asyncIterator]() {
          yield* await list(options);
        },
        async *byPage() {
          yield await list(options);
        },
      }),
      submitTransaction: (actions: TransactionAction[]) =>
        ask(() => {
          const answer = apply(actions);
          committed(actions, actor);
          return answer;
        }),
      deleteEntity: (partitionKey: string, rowKey: string, options?: { etag?: string }) =>
        ask(() => apply([['delete', { partitionKey, rowKey }, undefined, options] as never])),
    };
    return fake as unknown as TableClient;
  }
  return { rows, client };
}

/** What policies see of an answer. */
function answering(date: string): HttpClient {
  const headers = createHttpHeaders({ date });
  return { sendRequest: async (request) => ({ request, status: 200, headers }) };
}

function key(row: object): string {
  const { partitionKey, rowKey } = row as { partitionKey: string; rowKey: string };
  return `${partitionKey}\n${rowKey}`;
}

/** `PartitionKey eq 'a' and RowKey lt 'b'` and the like. */
function readFilter(filter: string): (row: Row) => boolean {
  const tests = filter.split(' and ').map((term) => {
    const [, column, operator, value = ''] = /^(PartitionKey|RowKey) (eq|lt|gt|ge) '(.*)'$/.exec(term) ?? [];
    if (operator === undefined) throw new Error(`The fake table can't read the filter: ${filter}`);
    return (row: Row): boolean => {
      const actual = column === 'RowKey' ? row.rowKey : row.partitionKey;
      if (operator === 'eq') return actual === value;
      if (operator === 'lt') return actual < value;
      return operator === 'gt' ? actual > value : actual >= value;
    };
  });
  return (row) => tests.every((test) => test(row));
}
