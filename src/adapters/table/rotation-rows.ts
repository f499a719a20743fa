import type { TableEntity, TableEntityResult } from '@azure/data-tables';
import type { Hold, StoredAccount, StoredRotation } from '../../app/ports/ports.ts';
import type { Account } from '../../core/account/account.ts';
import { addressKey } from '../../core/account/account.ts';
import type { KeyType } from '../../core/account/key-type.ts';
import type { Failure } from '../../core/failure.ts';
import type { AccountRecord } from '../../core/rotation/account-record.ts';
import type { KnownRequest } from '../../core/rotation/admission.ts';
import type { KeySnapshot } from '../../core/rotation/key-snapshot.ts';
import type {
  Command,
  Doubt,
  Reason,
  Rotation,
  RotationState,
  Trigger,
} from '../../core/rotation/rotation.ts';
import { parseTraceContext } from '../../core/trace-context.ts';

/*
 * The rows of the table `rotations`. An account's partition holds `account`, `lock`, `request-…` and `rotation-…`,
 * in this order, so that one range query before `rotation-` reads all that a new command depends on. The partition
 * `index` finds rotations by id, and those that are not over.
 */
export const ACCOUNT_ROW = 'account';
export const LOCK_ROW = 'lock';
export const INDEX_PARTITION = 'index';
export const ROTATION_ROWS = 'rotation-';

/**
 * A UUIDv7 begins with its time, and the table sorts upwards: with each hexadecimal digit turned round, the newest
 * rotation comes first.
 */
export function rotationRow(rotationId: string): string {
  return (
    ROTATION_ROWS + rotationId.replace(/[0-9a-f]/g, (digit) => (15 - Number.parseInt(digit, 16)).toString(16))
  );
}

/** Turns a row key back into the rotation's id. */
export function rotationIdOf(rowKey: string): string {
  return rotationRow(rowKey.slice(ROTATION_ROWS.length)).slice(ROTATION_ROWS.length);
}

export function addressRow(account: Account): string {
  return `address-${addressKey(account)}`;
}

export function openRow(rotationId: string): string {
  return `open-${rotationId}`;
}

export function repeatabilityRow(id: string): string {
  return `request-repeatability-${id.toLowerCase()}`;
}

/** Stands for the key in the row of a request that leaves it to the policy: at a repetition it could be the other one. */
export const BY_POLICY = 'by-policy';

export function clientRow(id: string, way: KeyType | typeof BY_POLICY): string {
  return `request-client-${id.toLowerCase()}-${way}`;
}

type RotationColumns = {
  accountId: string;
  uniqueId?: string;
  formerAccountIds?: string;
  keyType: string;
  command: string;
  trigger: string;
  reason: string;
  state: string;
  attempt: number;
  before: string;
  after?: string;
  doubt?: string;
  everInDoubt: boolean;
  failure?: string;
  told: boolean;
  secretId?: string;
  promoted?: boolean;
  verified?: boolean;
  tries?: string;
  latePosts?: number;
  looksLeft?: number;
  traceparent?: string;
  tracestate?: string;
  holdOwner?: string;
  holdSeconds: number;
  writeId: string;
};

/** `writeId` tells a write of one's own that the SDK repeated from somebody else's. */
export function toRotationEntity(
  partitionKey: string,
  rotation: Rotation,
  hold: Hold,
  writeId: string,
): TableEntity<RotationColumns> {
  const { accountId, keyType, command, trigger, reason, state, attempt, everInDoubt, told } = rotation;
  const { before, after, doubt, failure, secretId, promoted, verified, trace } = rotation;
  const { tries, latePosts, looksLeft, uniqueId, formerAccountIds } = rotation;
  return {
    partitionKey,
    rowKey: rotationRow(rotation.rotationId),
    ...{ accountId, keyType, command, trigger, reason, state, attempt, everInDoubt, told },
    ...(uniqueId !== undefined && { uniqueId }),
    ...(formerAccountIds && { formerAccountIds: JSON.stringify(formerAccountIds) }),
    before: JSON.stringify(before),
    ...(after && { after: JSON.stringify(after) }),
    ...(doubt && { doubt: JSON.stringify(doubt) }),
    ...(failure && { failure: JSON.stringify(failure) }),
    ...(secretId !== undefined && { secretId }),
    ...(promoted !== undefined && { promoted }),
    ...(verified !== undefined && { verified }),
    ...(tries && { tries: JSON.stringify(tries) }),
    ...(latePosts !== undefined && { latePosts }),
    ...(looksLeft !== undefined && { looksLeft }),
    ...trace,
    ...(hold.owner !== undefined && { holdOwner: hold.owner }),
    holdSeconds: Math.ceil(hold.seconds),
    writeId,
  };
}

/** `serviceTime`: the `Date` of the answer that had the row, milliseconds since 1970. */
export function fromRotationEntity(
  entity: TableEntityResult<RotationColumns>,
  serviceTime: number,
): StoredRotation & { writeId: string } {
  const { rowKey = '', timestamp = '', etag, holdOwner, holdSeconds, writeId } = entity;
  const { secretId, promoted, verified, latePosts, looksLeft, uniqueId, formerAccountIds } = entity;
  const trace = parseTraceContext(entity.traceparent, entity.tracestate);
  const rotationId = rotationIdOf(rowKey);
  const rotation: Rotation = {
    rotationId,
    accountId: entity.accountId,
    keyType: entity.keyType as KeyType,
    command: entity.command as Command,
    trigger: entity.trigger as Trigger,
    reason: entity.reason as Reason,
    state: entity.state as RotationState,
    attempt: entity.attempt,
    everInDoubt: entity.everInDoubt,
    told: entity.told,
    ...(uniqueId !== undefined && { uniqueId }),
    ...(formerAccountIds && { formerAccountIds: JSON.parse(formerAccountIds) as string[] }),
    before: JSON.parse(entity.before) as KeySnapshot,
    ...(entity.after && { after: JSON.parse(entity.after) as KeySnapshot }),
    ...(entity.doubt && { doubt: JSON.parse(entity.doubt) as Doubt }),
    ...(entity.failure && { failure: JSON.parse(entity.failure) as Failure }),
    ...(secretId !== undefined && { secretId }),
    ...(promoted !== undefined && { promoted }),
    ...(verified !== undefined && { verified }),
    ...(entity.tries && { tries: JSON.parse(entity.tries) as NonNullable<Rotation['tries']> }),
    ...(latePosts !== undefined && { latePosts }),
    ...(looksLeft !== undefined && { looksLeft }),
    ...(trace && { trace }),
  };
  const hold: Hold = { seconds: holdSeconds, ...(holdOwner !== undefined && { owner: holdOwner }) };
  const idleSeconds = Math.max((serviceTime - Date.parse(timestamp)) / 1000, 0);
  return { rotation, etag, hold, idleSeconds, writtenAt: timestamp, writeId };
}

type AccountColumns = {
  record: string;
  writeId: string;
};

export function toAccountEntity(
  partitionKey: string,
  record: AccountRecord,
  writeId: string,
): TableEntity<AccountColumns> {
  return { partitionKey, rowKey: ACCOUNT_ROW, record: JSON.stringify(record), writeId };
}

export function fromAccountEntity(entity: TableEntityResult<AccountColumns>): StoredAccount {
  return { record: JSON.parse(entity.record) as AccountRecord, etag: entity.etag };
}

type RequestColumns = {
  rotationId: string;
  keyType: string;
  lifeSeconds: number;
};

/** Undefined where the request has served its time. */
export function fromRequestEntity(
  entity: TableEntityResult<RequestColumns> | undefined,
  serviceTime: number,
): KnownRequest | undefined {
  if (entity === undefined) return undefined;
  const ageSeconds = (serviceTime - Date.parse(entity.timestamp ?? '')) / 1000;
  if (ageSeconds > entity.lifeSeconds) return undefined;
  return { rotationId: entity.rotationId, keyType: entity.keyType as KeyType };
}

export type RotationEntity = TableEntityResult<RotationColumns>;
export type AccountEntity = TableEntityResult<AccountColumns>;
export type RequestEntity = TableEntityResult<RequestColumns>;
