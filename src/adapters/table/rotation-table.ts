import type { TableClient } from '@azure/data-tables';
import { odata } from '@azure/data-tables';
import type {
  AccountView,
  Clock,
  FoundRotation,
  HeldRotation,
  NamedAccount,
  RequestIds,
  RotationFilter,
  RotationPage,
  RotationStore,
  StoredRotation,
} from '../../app/ports/ports.ts';
import { settleAll, settleSome } from '../../app/settle-all.ts';
import type { Account } from '../../core/account/account.ts';
import { accountPartition, parseAccountId } from '../../core/account/account.ts';
import type { KeyType } from '../../core/account/key-type.ts';
import * as index from './rotation-index.ts';
import type { AccountEntity, RequestEntity, RotationEntity } from './rotation-rows.ts';
import {
  ACCOUNT_ROW,
  BY_POLICY,
  clientRow,
  fromAccountEntity,
  fromRequestEntity,
  fromRotationEntity,
  INDEX_PARTITION,
  LOCK_ROW,
  ROTATION_ROWS,
  repeatabilityRow,
  rotationIdOf,
  rotationRow,
} from './rotation-rows.ts';
import { dropOrphan, recordObserved, saveAccount, saveRotation, startRotation } from './rotation-writes.ts';
import { createServiceTime } from './service-time.ts';
import { getRow, onTable } from './table-calls.ts';

/** The rotations' table. Whatever its rows keep of time goes by the service's clock, however wrong the instance's is. */
export function createRotationTable(
  client: TableClient,
  newId: () => string,
  clock: Pick<Clock, 'now' | 'monotonic'>,
): RotationStore {
  const { policy, now } = createServiceTime(clock);
  client.pipeline.addPolicy(policy);
  return {
    serviceNow: now,
    viewAccount: (named, keyType, ids) => onTable(client, () => viewAccount(client, named, keyType, ids)),
    async indexRotation(rotationId, named, ids) {
      await index.writeIndex(client, index.indexActions(rotationId, named, ids, now()));
    },
    async noteAddress(account, uniqueId) {
      await index.noteAddress(client, account, uniqueId);
    },
    startRotation: (start) => startRotation(client, start, newId()),
    recordObserved: (view, rotation, record) => recordObserved(client, view, rotation, record, newId()),
    findRotation: (rotationId) => onTable(client, () => findRotation(client, rotationId)),
    saveRotation: (held, rotation, hold) =>
      saveRotation(client, held, rotation, hold, { writeId: newId(), now: now() }),
    holdsLease: (held, seconds) => holdsLease(client, held, seconds),
    saveAccount: (view, record) => saveAccount(client, view, record, newId()),
    listRotations: (filter, top, continuation) =>
      onTable(client, () => listRotations(client, filter, top, continuation, now)),
    openRotations: () => index.openRotations(client),
    closeRotation: (rotationId) => index.closeRotation(client, rotationId),
    dropIndex: (rotationId) => index.dropIndex(client, rotationId),
    dropOrphan: (rotationId) => dropOrphan(client, rotationId, newId()),
    dropExpiredRequests: () => onTable(client, () => index.dropExpiredRequests(client, now())),
  };
}

type ViewRow = Partial<AccountEntity & RequestEntity & { rotationId: string }> & {
  etag: string;
  timestamp?: string;
};

async function viewAccount(
  client: TableClient,
  { account, uniqueId: given }: NamedAccount,
  keyType: KeyType | undefined,
  ids: RequestIds,
): Promise<AccountView> {
  const uniqueId = given ?? (await index.accountAt(client, account));
  const partition = accountPartition(account, uniqueId);
  const rows = new Map<string, ViewRow>();
  let serviceTime = Number.NaN;
  const query = client.listEntities<ViewRow>({
    queryOptions: { filter: odata`PartitionKey eq ${partition} and RowKey lt ${'rotation-'}` },
    onResponse: (response) => {
      serviceTime = Date.parse(response.headers.get('date') ?? '');
    },
  });
  for await (const row of query) rows.set(row.rowKey ?? '', row);

  const stored = rows.get(ACCOUNT_ROW) as AccountEntity | undefined;
  const request = (row: string) => fromRequestEntity(rows.get(row) as RequestEntity | undefined, serviceTime);
  const repeated = ids.repeatability === undefined ? undefined : request(repeatabilityRow(ids.repeatability));
  const { client: clientId } = ids;
  const resent = clientId === undefined ? undefined : request(clientRow(clientId, keyType ?? BY_POLICY));
  const lock = rows.get(LOCK_ROW)?.rotationId;
  const running = lock === undefined ? undefined : await readRotation(client, partition, lock);
  return {
    account,
    ...(uniqueId !== undefined && { uniqueId }),
    ...(stored && { stored: fromAccountEntity(stored) }),
    ...(repeated && { repeated }),
    ...(resent && { resent }),
    ...(running?.rotation.state === 'started' && { running }),
  };
}

async function findRotation(client: TableClient, rotationId: string): Promise<FoundRotation | undefined> {
  const home = await index.locate(client, rotationId);
  if (home === undefined) return undefined;
  const { partition } = home;
  const [found, { entity }] = await settleAll([
    readRotation(client, partition, rotationId),
    getRow<AccountEntity>(client, partition, ACCOUNT_ROW),
  ]);
  if (found === undefined) return undefined;
  const stored = entity && fromAccountEntity(entity);
  // It may have been moved since the rotation started.
  const account = parseAccountId(stored?.record.accountId ?? '') ?? found.account;
  return { ...found, account, ...(stored && { stored }) };
}

async function holdsLease(client: TableClient, held: HeldRotation, seconds: number): Promise<boolean> {
  const { account, rotation, etag } = held;
  const partition = accountPartition(account, rotation.uniqueId);
  const found = await readRotation(client, partition, rotation.rotationId);
  return found !== undefined && found.etag === etag && found.idleSeconds < seconds;
}

async function readRotation(
  client: TableClient,
  partition: string,
  rotationId: string,
): Promise<(StoredRotation & { account: Account }) | undefined> {
  const { entity, serviceTime } = await getRow<RotationEntity>(client, partition, rotationRow(rotationId));
  if (entity === undefined) return undefined;
  const found = fromRotationEntity(entity, serviceTime);
  const account = parseAccountId(found.rotation.accountId);
  if (account === undefined) throw new Error(`The row of rotation ${rotationId} names no Maps account.`);
  return { ...found, account };
}

/** How many rotations one call looks at for a filter that few of them pass; the caller goes on from there. */
const MAX_SCANNED = 500;

/** Rows that one call reads at one time: many callers at once must not keep each other from any answer. */
const ROWS_AT_ONCE = 16;

/** After so long the caller gets what there is, and goes on from there. Milliseconds. */
const LONGEST_LIST = 10_000;

/** Newest first, by the rows' own order: in an account's partition, or in the index. */
async function listRotations(
  client: TableClient,
  filter: RotationFilter,
  top: number,
  continuation: string | undefined,
  now: () => number,
): Promise<RotationPage> {
  const { account } = filter;
  const partition =
    account === undefined
      ? INDEX_PARTITION
      : accountPartition(account, await index.accountAt(client, account));
  const after = continuation === undefined ? ROTATION_ROWS : rotationRow(continuation);
  const query = odata`PartitionKey eq ${partition} and RowKey gt ${after} and RowKey lt ${'rotation.'}`;
  const rotations: StoredRotation[] = [];
  const until = now() + LONGEST_LIST;
  let scanned = 0;
  const pages = client
    .listEntities<{ accountPartition?: string }>({ queryOptions: { filter: query } })
    .byPage({ maxPageSize: Math.min(top, 100) });
  for await (const page of pages) {
    const rows = await settleSome(page, ROWS_AT_ONCE, ({ rowKey = '', accountPartition: home = partition }) =>
      readRotation(client, home, rotationIdOf(rowKey)),
    );
    for (const [i, row] of rows.entries()) {
      scanned += 1;
      if (row !== undefined && matches(filter, row)) rotations.push(row);
      if (rotations.length > top)
        return { rotations: rotations.slice(0, top), ...continuationAfter(rotations[top - 1]) };
      if (scanned === MAX_SCANNED) return { rotations, continuation: rotationIdOf(page[i]?.rowKey ?? '') };
    }
    const last = page.at(-1)?.rowKey;
    if (last !== undefined && now() > until) return { rotations, continuation: rotationIdOf(last) };
  }
  return { rotations };
}

function continuationAfter(last: StoredRotation | undefined): { continuation?: string } {
  return last === undefined ? {} : { continuation: last.rotation.rotationId };
}

function matches({ state }: RotationFilter, { rotation }: StoredRotation): boolean {
  return state === undefined || rotation.state === state;
}
