import type { TableClient, TransactionAction } from '@azure/data-tables';
import type { AccountView, HeldRotation, Hold, RotationStart, StoredAccount } from '../../app/ports/ports.ts';
import type { Account } from '../../core/account/account.ts';
import { accountPartition } from '../../core/account/account.ts';
import type { AccountRecord } from '../../core/rotation/account-record.ts';
import { afterRotation, newAccountRecord } from '../../core/rotation/account-record.ts';
import { REPEATABILITY_SECONDS } from '../../core/rotation/admission.ts';
import type { Rotation } from '../../core/rotation/rotation.ts';
import { locksAccount } from '../../core/rotation/rotation.ts';
import { fromMilliseconds } from '../../core/time.ts';
import { accountAction, rewrite } from './rotation-actions.ts';
import { CLIENT_RETRY_SECONDS, dropIndex, locate } from './rotation-index.ts';
import type { AccountEntity, RotationEntity } from './rotation-rows.ts';
import {
  ACCOUNT_ROW,
  BY_POLICY,
  clientRow,
  fromAccountEntity,
  LOCK_ROW,
  repeatabilityRow,
  rotationRow,
  toRotationEntity,
} from './rotation-rows.ts';
import { getRow, isLostRace } from './table-calls.ts';

/** How often a save is tried anew after the account's row, not the rotation's, was written by another. */
const MAX_RACES = 8;

/**
 * One transaction: who has the lock, the rotation with its intent, and the ids of its request. The account's row
 * goes with it under its ETag, which proves that nothing happened since the facts were read.
 */
export async function startRotation(
  client: TableClient,
  start: RotationStart,
  writeId: string,
): Promise<HeldRotation | 'lost'> {
  const { view, rotation, hold, requestIds, supersedes } = start;
  const partition = accountPartition(view.account, rotation.uniqueId);
  const record = supersedes === undefined ? start.record : afterRotation(start.record, supersedes.ended, '');
  const lock = { partitionKey: partition, rowKey: LOCK_ROW, rotationId: rotation.rotationId };
  const actions: TransactionAction[] = [
    ['create', toRotationEntity(partition, rotation, hold, writeId)],
    accountAction(partition, view.stored, record, writeId),
    supersedes === undefined ? ['create', lock] : ['update', lock, 'Replace', { etag: '*' }],
  ];
  if (supersedes !== undefined) {
    actions.push(rewrite(partition, supersedes.ended, { seconds: 0 }, writeId, supersedes.found.etag));
  }
  const request = (rowKey: string, lifeSeconds: number): TransactionAction => {
    const { rotationId, keyType } = rotation;
    return ['upsert', { partitionKey: partition, rowKey, rotationId, keyType, lifeSeconds }, 'Replace'];
  };
  const { repeatability, client: clientId } = requestIds;
  if (repeatability !== undefined)
    actions.push(request(repeatabilityRow(repeatability), REPEATABILITY_SECONDS));
  if (clientId !== undefined)
    actions.push(request(clientRow(clientId, wayOf(rotation)), CLIENT_RETRY_SECONDS));

  return create(client, view.account, rotation, record, actions, writeId);
}

function wayOf({ command, keyType }: Rotation) {
  return command === 'rotate' ? BY_POLICY : keyType;
}

/** As `startRotation`, for a rotation that others did: no lock, no request, and the event is all that is left. */
export async function recordObserved(
  client: TableClient,
  view: AccountView,
  rotation: Rotation,
  known: AccountRecord,
  writeId: string,
): Promise<HeldRotation | 'lost'> {
  const partition = accountPartition(view.account, rotation.uniqueId);
  const record = afterRotation(known, rotation, '');
  const actions: TransactionAction[] = [
    ['create', toRotationEntity(partition, rotation, { seconds: 0 }, writeId)],
    accountAction(partition, view.stored, record, writeId),
  ];
  return create(client, view.account, rotation, record, actions, writeId);
}

/** Writes a new rotation with all that goes with it; the first two actions write it and its account. */
async function create(
  client: TableClient,
  account: Account,
  rotation: Rotation,
  record: AccountRecord,
  actions: TransactionAction[],
  writeId: string,
): Promise<HeldRotation | 'lost'> {
  const written = await submit(client, actions);
  if (written !== undefined) return toHeld(account, rotation, record, written);
  const mine = await reread(
    client,
    accountPartition(account, rotation.uniqueId),
    rotation.rotationId,
    writeId,
  );
  return mine === undefined ? 'lost' : { account, rotation, ...mine };
}

/** Saves a rotation that this driver holds by its row's ETag. The account's row and the lock go with its state. */
export async function saveRotation(
  client: TableClient,
  held: HeldRotation,
  rotation: Rotation,
  hold: Hold,
  { writeId, now }: { writeId: string; now: number },
): Promise<HeldRotation | 'lost'> {
  const partition = accountPartition(held.account, rotation.uniqueId);
  const moved = rotation.state !== held.rotation.state;
  let stored = moved ? (held.stored ?? (await readAccountRow(client, partition))) : held.stored;
  for (let race = 0; race < MAX_RACES; race++) {
    const { etag } = held;
    const actions = [rewrite(partition, rotation, hold, writeId, etag)];
    const before = stored?.record ?? newAccountRecord(held.account);
    const record = moved ? afterRotation(before, rotation, fromMilliseconds(now)) : before;
    if (moved) actions.push(accountAction(partition, stored, record, writeId));
    if (locksAccount(held.rotation) && !locksAccount(rotation)) {
      actions.push(['delete', { partitionKey: partition, rowKey: LOCK_ROW }]);
    }
    const written = await submit(client, actions);
    if (written !== undefined)
      return toHeld(held.account, rotation, moved ? record : undefined, written, stored);
    const mine = await reread(client, partition, rotation.rotationId, writeId);
    if (mine !== undefined) return { account: held.account, rotation, ...mine };
    const { entity } = await getRow<RotationEntity>(client, partition, rotationRow(rotation.rotationId));
    if (entity === undefined || entity.etag !== etag) return 'lost';
    stored = await readAccountRow(client, partition);
  }
  throw new Error(`The account of rotation ${rotation.rotationId} kept changing while it was saved.`);
}

/** What a reading showed is no more than a hint: whoever wrote since knows better. */
export async function saveAccount(
  client: TableClient,
  { account, uniqueId, stored }: AccountView,
  record: AccountRecord,
  writeId: string,
): Promise<void> {
  if (stored !== undefined && JSON.stringify(stored.record) === JSON.stringify(record)) return;
  await submit(client, [accountAction(accountPartition(account, uniqueId), stored, record, writeId)]);
}

/**
 * Drops the index of a rotation whose start may still be on its way, and says whether it did. Each start goes by the
 * account's row, or by there being none: once that row is written, a start that was thought out before loses.
 */
export async function dropOrphan(client: TableClient, rotationId: string, writeId: string): Promise<boolean> {
  const home = await locate(client, rotationId);
  if (home?.account !== undefined) {
    const { partition, account } = home;
    const stored = await readAccountRow(client, partition);
    const record = stored?.record ?? newAccountRecord(account);
    const written = await submit(client, [accountAction(partition, stored, record, writeId)]);
    if (written === undefined) return false;
    const { entity } = await getRow<RotationEntity>(client, partition, rotationRow(rotationId));
    if (entity !== undefined) return false;
  }
  await dropIndex(client, rotationId);
  return true;
}

/** The ETags of the written rows in the order of the actions; undefined where the transaction lost a race. */
async function submit(
  client: TableClient,
  actions: TransactionAction[],
): Promise<(string | undefined)[] | undefined> {
  try {
    const { subResponses } = await client.submitTransaction(actions);
    return subResponses.map(({ etag }) => etag);
  } catch (error) {
    if (isLostRace(error)) return undefined;
    throw error;
  }
}

/** The rows where their last write was this one after all: the SDK repeated a write that had gone through. */
async function reread(
  client: TableClient,
  partition: string,
  rotationId: string,
  writeId: string,
): Promise<Pick<HeldRotation, 'etag' | 'stored'> | undefined> {
  const { entity } = await getRow<RotationEntity>(client, partition, rotationRow(rotationId));
  if (entity?.writeId !== writeId) return undefined;
  const stored = await readAccountRow(client, partition);
  return { etag: entity.etag, ...(stored && { stored }) };
}

async function readAccountRow(client: TableClient, partition: string): Promise<StoredAccount | undefined> {
  const { entity } = await getRow<AccountEntity>(client, partition, ACCOUNT_ROW);
  return entity && fromAccountEntity(entity);
}

/** The first action writes the rotation, the second one the account where it is written. */
function toHeld(
  account: Account,
  rotation: Rotation,
  record: AccountRecord | undefined,
  [etag, accountEtag]: (string | undefined)[],
  unchanged?: StoredAccount,
): HeldRotation {
  if (etag === undefined) throw new Error('The Table service confirmed a write without an ETag.');
  if (record === undefined) return { account, rotation, etag, ...(unchanged && { stored: unchanged }) };
  if (accountEtag === undefined) return { account, rotation, etag };
  return { account, rotation, etag, stored: { record, etag: accountEtag } };
}
