import { parseAccountId } from '../../core/account/account.ts';
import type { Failure } from '../../core/failure.ts';
import { unprovedReading } from '../../core/failure.ts';
import type { Input } from '../../core/rotation/effect.ts';
import { compareKey, isProvablyLater } from '../../core/rotation/key-snapshot.ts';
import type { Tried } from '../../core/rotation/rotation.ts';
import { triesOf } from '../../core/rotation/rotation.ts';
import type { Secret } from '../../core/secret.ts';
import { keyUpdatedAt } from '../../core/time.ts';
import { snapshotOf } from '../account/key-snapshot.ts';
import { readAccountKeys } from '../account/read-account-keys.ts';
import { failureFields } from '../failure-fields.ts';
import type { AccountKeys, HeldRotation } from '../ports/ports.ts';
import type { Services } from '../ports/services.ts';
import type { KeyToStore, MapsDataPlane, SecretVault } from '../ports/telling-ports.ts';

/** What ARM last said of the keys, where this driver asked: it is not asked again. */
type KnownKeys = AccountKeys | undefined;

export function storeNewKey(
  services: Services,
  vault: SecretVault,
  held: HeldRotation,
  keys: KnownKeys,
): Promise<[Input, AccountKeys?]> {
  const failed = whenNotStored(services, held);
  return withNewKey(services, held, keys, 'store', failed, async (key) => {
    const outcome = await vault.store(toStore(services, held, key));
    return outcome.kind === 'ok' ? { kind: 'stored', secretId: outcome.value } : failed(outcome.failure);
  });
}

export function promoteNewKey(
  services: Services,
  vault: SecretVault,
  held: HeldRotation,
  keys: KnownKeys,
  seenToWork: boolean,
): Promise<[Input, AccountKeys?]> {
  const failed = whenNotStored(services, held);
  return withNewKey(services, held, keys, 'store', failed, async (key) => {
    const outcome = await vault.promote(toStore(services, held, key), seenToWork);
    if (outcome.kind === 'failed') return failed(outcome.failure);
    return { kind: outcome.value === 'promoted' ? 'promoted' : 'promotion-deferred' };
  });
}

function toStore({ policy }: Services, { account, rotation, stored }: HeldRotation, key: Secret): KeyToStore {
  const madeAt = keyUpdatedAt(rotation.after?.[rotation.keyType]);
  const maxAge = stored?.record.taggedMaxAge ?? policy.maxAge;
  // A key that nobody is going to replace works for longer than any end that its secret could have.
  const ends = stored?.record.rotatedByPolicy === true && madeAt !== undefined;
  const formerAccounts = (stored?.record.formerAddresses ?? []).flatMap(
    ({ accountId }) => parseAccountId(accountId) ?? [],
  );
  return { account, formerAccounts, rotation, key, ...(ends && { expiresAt: madeAt + maxAge * 1000 }) };
}

function whenNotStored({ log }: Services, { rotation }: HeldRotation): (failure: Failure) => Input {
  return (failure) => {
    const { rotationId, accountId, keyType } = rotation;
    const fields = { rotationId, accountId, keyType, ...failureFields(failure) };
    log.error('The new key could not be stored', fields);
    return { kind: 'store-failed', failure };
  };
}

export function verifyNewKey(
  services: Services,
  dataPlane: MapsDataPlane,
  held: HeldRotation,
  keys: KnownKeys,
): Promise<[Input, AccountKeys?]> {
  const failed = (failure: Failure): Input => ({ kind: 'unverified', failure });
  return withNewKey(services, held, keys, 'verify', failed, async (key) => {
    const failure = await dataPlane.tryKey(key);
    return failure === undefined ? { kind: 'verified' } : failed(failure);
  });
}

/** Where another key has taken its place, or its account is gone, there is nothing left to do with it. */
async function withNewKey(
  services: Services,
  { account, rotation }: HeldRotation,
  known: KnownKeys,
  tried: Tried,
  failed: (failure: Failure) => Input,
  use: (key: Secret) => Promise<Input>,
): Promise<[Input, AccountKeys?]> {
  const { keyType, after, uniqueId } = rotation;
  const read = known === undefined ? await readAccountKeys(services, account, uniqueId) : undefined;
  if (read?.kind === 'failed') {
    return [read.failure.status === 404 ? { kind: 'key-gone' } : failed(read.failure)];
  }
  const keys = known ?? read?.value.keys;
  if (keys === undefined) throw new Error('Neither keys nor why there are none.');
  if (after === undefined) throw new Error('A key is told of that nobody has seen.');
  const seen = snapshotOf(services, keys, after);
  const comparison = compareKey(keyType, after, seen);
  // A reading may lag behind: another key without a later time is believed once it keeps being shown.
  const isGone = isProvablyLater(keyType, after, seen) || triesOf(rotation, tried) >= LAGGING_READINGS;
  if (comparison === 'changed' && isGone) return [{ kind: 'key-gone' }, keys];
  // What an outdated reading shows must not be taken for the new key.
  if (comparison !== 'same')
    return [failed(unprovedReading(comparison === 'unproved' ? 'unproved' : 'outdated'))];
  return [await use(keyType === 'primary' ? keys.primaryKey : keys.secondaryKey), keys];
}

const LAGGING_READINGS = 4;
