import type { TableClient, TableEntityResult, TransactionAction } from '@azure/data-tables';
import { odata } from '@azure/data-tables';
import { pMapIterable } from 'p-map';
import type { NamedAccount, OpenRotation, RequestIds } from '../../app/ports/ports.ts';
import type { Account } from '../../core/account/account.ts';
import { accountId, accountPartition, parseAccountId } from '../../core/account/account.ts';
import { KEY_TYPES } from '../../core/account/key-type.ts';
import { REPEATABILITY_SECONDS } from '../../core/rotation/admission.ts';
import { fromMilliseconds } from '../../core/time.ts';
import {
  addressRow,
  BY_POLICY,
  clientRow,
  INDEX_PARTITION,
  openRow,
  type RequestEntity,
  repeatabilityRow,
  rotationRow,
} from './rotation-rows.ts';
import { getRow, isMissingTable, onTable } from './table-calls.ts';

interface IndexColumns {
  accountPartition: string;
  /** Of rows that find a rotation. */
  accountId?: string;
}

interface ExpiryColumns extends IndexColumns {
  rotationId: string;
  rows: string;
}

/** How long the SDK's own retries, which carry one `x-ms-client-request-id`, join. */
export const CLIENT_RETRY_SECONDS = 300;

const HOUR = 3_600_000;

/**
 * The index rows of a new rotation: to find it by its id, to see that it is not over, to drop its request ids. They
 * are its own, so that writing them again, as the SDK does after a lost answer, is harmless.
 */
export function indexActions(
  rotationId: string,
  { account, uniqueId }: NamedAccount,
  ids: RequestIds,
  now: number,
): TransactionAction[] {
  const partition = accountPartition(account, uniqueId);
  const row = (rowKey: string, columns: object = {}): TransactionAction => [
    'upsert',
    { partitionKey: INDEX_PARTITION, rowKey, accountPartition: partition, ...columns },
    'Replace',
  ];
  const named = { accountId: accountId(account) };
  const actions = [row(rotationRow(rotationId), named), row(openRow(rotationId))];
  if (uniqueId !== undefined) actions.push(addressAction(account, uniqueId));
  const rows = [
    ...(ids.repeatability === undefined ? [] : [repeatabilityRow(ids.repeatability)]),
    ...(ids.client === undefined
      ? []
      : ([...KEY_TYPES, BY_POLICY] as const).map((way) => clientRow(ids.client ?? '', way))),
  ];
  if (rows.length === 0) return actions;
  const dropAt = now + (ids.repeatability === undefined ? HOUR : REPEATABILITY_SECONDS * 1000 + HOUR);
  const expiry = { rotationId, rows: JSON.stringify(rows) };
  return [...actions, row(`expiry-${fromMilliseconds(dropAt)}-${rotationId}`, expiry)];
}

function addressAction(account: Account, uniqueId: string): TransactionAction {
  return ['upsert', { partitionKey: INDEX_PARTITION, rowKey: addressRow(account), uniqueId }, 'Replace'];
}

export function noteAddress(client: TableClient, account: Account, uniqueId: string): Promise<unknown> {
  return writeIndex(client, [addressAction(account, uniqueId)]);
}

/** What an address was last known to be the address of: a hint, to be checked against what ARM says. */
export async function accountAt(client: TableClient, account: Account): Promise<string | undefined> {
  const { entity } = await getRow<{ uniqueId: string }>(client, INDEX_PARTITION, addressRow(account));
  return entity?.uniqueId;
}

/** The account whose rotation it is, as it was indexed. */
export async function locate(
  client: TableClient,
  rotationId: string,
): Promise<{ readonly partition: string; readonly account: Account | undefined } | undefined> {
  const { entity } = await getRow<IndexColumns>(client, INDEX_PARTITION, rotationRow(rotationId));
  return entity && { partition: entity.accountPartition, account: parseAccountId(entity.accountId ?? '') };
}

export async function* openRotations(client: TableClient): AsyncIterable<OpenRotation> {
  let serviceTime = Number.NaN;
  const first = openRow('');
  const rows = client.listEntities<IndexColumns>({
    queryOptions: {
      filter: odata`PartitionKey eq ${INDEX_PARTITION} and RowKey ge ${first} and RowKey lt ${'open.'}`,
    },
    onResponse: (response) => {
      serviceTime = Date.parse(response.headers.get('date') ?? '');
    },
  });
  try {
    for await (const { rowKey = '', timestamp = '' } of rows) {
      yield {
        rotationId: rowKey.slice(first.length),
        ageSeconds: (serviceTime - Date.parse(timestamp)) / 1000,
      };
    }
  } catch (error) {
    if (!isMissingTable(error)) throw error;
  }
}

/** Takes back the index of a rotation that never came to exist. */
export async function dropIndex(client: TableClient, rotationId: string): Promise<void> {
  await client.deleteEntity(INDEX_PARTITION, rotationRow(rotationId)).catch(ignoreMissing);
  await closeRotation(client, rotationId);
}

export async function closeRotation(client: TableClient, rotationId: string): Promise<void> {
  await client.deleteEntity(INDEX_PARTITION, openRow(rotationId)).catch(ignoreMissing);
}

/** A request id that a newer rotation has taken over since stays. */
export async function dropExpiredRequests(client: TableClient, now: number): Promise<number> {
  const end = `expiry-${fromMilliseconds(now)}`;
  const filter = odata`PartitionKey eq ${INDEX_PARTITION} and RowKey ge ${'expiry-'} and RowKey lt ${end}`;
  const all = client.listEntities<ExpiryColumns>({ queryOptions: { filter } });
  let dropped = 0;
  let failed: { readonly error: unknown } | undefined;
  const drop = async (expired: TableEntityResult<ExpiryColumns>): Promise<void> => {
    try {
      dropped += await dropExpired(client, expired);
    } catch (error) {
      failed ??= { error };
    }
  };
  for await (const _ of pMapIterable(all, drop, { concurrency: EXPIRED_AT_ONCE, preserveOrder: false })) {
    if (failed !== undefined) break;
  }
  if (failed !== undefined) throw failed.error;
  return dropped;
}

const EXPIRED_AT_ONCE = 16;

async function dropExpired(client: TableClient, expired: TableEntityResult<ExpiryColumns>): Promise<number> {
  let dropped = 0;
  for (const row of JSON.parse(expired.rows) as string[]) {
    const { entity } = await getRow<RequestEntity>(client, expired.accountPartition, row);
    if (entity === undefined || entity.rotationId !== expired.rotationId) continue;
    await client.deleteEntity(expired.accountPartition, row, { etag: entity.etag }).catch(ignoreMissing);
    dropped += 1;
  }
  await client.deleteEntity(INDEX_PARTITION, expired.rowKey ?? '').catch(ignoreMissing);
  return dropped;
}

export function writeIndex(client: TableClient, actions: TransactionAction[]): Promise<unknown> {
  return onTable(client, () => client.submitTransaction(actions));
}

function ignoreMissing(error: { statusCode?: number }): void {
  if (error.statusCode !== 404 && error.statusCode !== 412) throw error;
}
