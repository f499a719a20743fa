import type { Input } from '../core/effect.ts';
import type { Failure } from '../core/failure.ts';
import type { Secret } from '../core/secret.ts';
import { toMilliseconds } from '../core/time.ts';
import type { AccountKeys, HeldRotation, MapsDataPlane, SecretVault } from './ports.ts';
import type { Services } from './services.ts';

/** What ARM last said of the keys, where this driver asked: it is not asked again. */
type KnownKeys = AccountKeys | undefined;

export function storeNewKey(
  services: Services,
  vault: SecretVault,
  held: HeldRotation,
  keys: KnownKeys,
): Promise<[Input, AccountKeys?]> {
  const { account, rotation, stored } = held;
  const failed = (failure: Failure): Input => {
    const { rotationId, accountId, keyType } = rotation;
    const { code } = failure;
    services.log.error('The new key could not be stored', { rotationId, accountId, keyType, code });
    return { kind: 'store-failed', failure };
  };
  return withNewKey(services, held, keys, failed, async (key) => {
    const madeAt = toMilliseconds(rotation.after?.[rotation.keyType]);
    const maxAge = stored?.record.taggedMaxAge ?? services.policy.maxAge;
    const expiresAt = madeAt !== undefined && { expiresAt: madeAt + maxAge * 1000 };
    const outcome = await vault.store({ account, rotation, key, ...expiresAt });
    return outcome.kind === 'ok' ? { kind: 'stored', secretId: outcome.value } : failed(outcome.failure);
  });
}

export function verifyNewKey(
  services: Services,
  dataPlane: MapsDataPlane,
  held: HeldRotation,
  keys: KnownKeys,
): Promise<[Input, AccountKeys?]> {
  const failed = (failure: Failure): Input => ({ kind: 'unverified', failure });
  return withNewKey(services, held, keys, failed, async (key) => {
    const failure = await dataPlane.tryKey(key);
    return failure === undefined ? { kind: 'verified' } : failed(failure);
  });
}

/** Where another key has taken its place, or its account is gone, there is nothing left to do with it. */
async function withNewKey(
  { maps }: Services,
  { account, rotation }: HeldRotation,
  known: KnownKeys,
  failed: (failure: Failure) => Input,
  use: (key: Secret) => Promise<Input>,
): Promise<[Input, AccountKeys?]> {
  const read = known === undefined ? await maps.readKeys(account) : undefined;
  if (read?.kind === 'failed') {
    return [read.failure.status === 404 ? { kind: 'key-gone' } : failed(read.failure)];
  }
  const keys = known ?? read?.value.keys;
  if (keys === undefined) throw new Error('Neither keys nor why there are none.');
  const { keyType, after } = rotation;
  if (keys.times[keyType] !== after?.[keyType]) return [{ kind: 'key-gone' }, keys];
  return [await use(keyType === 'primary' ? keys.primaryKey : keys.secondaryKey), keys];
}
