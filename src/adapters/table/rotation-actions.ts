import type { TransactionAction } from '@azure/data-tables';
import type { Hold, StoredAccount } from '../../app/ports/ports.ts';
import type { AccountRecord } from '../../core/rotation/account-record.ts';
import type { Rotation } from '../../core/rotation/rotation.ts';
import { toAccountEntity, toRotationEntity } from './rotation-rows.ts';

/** Writes a rotation's row over the one with this ETag. */
export function rewrite(
  partition: string,
  rotation: Rotation,
  hold: Hold,
  writeId: string,
  etag: string,
): TransactionAction {
  return ['update', toRotationEntity(partition, rotation, hold, writeId), 'Replace', { etag }];
}

/** Writes an account's row over the one that was read, or the first one. */
export function accountAction(
  partition: string,
  stored: StoredAccount | undefined,
  record: AccountRecord,
  writeId: string,
): TransactionAction {
  const entity = toAccountEntity(partition, record, writeId);
  return stored === undefined ? ['create', entity] : ['update', entity, 'Replace', { etag: stored.etag }];
}
