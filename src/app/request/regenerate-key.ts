import type { Account } from '../../core/account/account.ts';
import type { KeyType } from '../../core/account/key-type.ts';
import type { Failure } from '../../core/failure.ts';
import { regeneratedUnread, unprovedReading } from '../../core/failure.ts';
import { compareKey } from '../../core/rotation/key-snapshot.ts';
import type { Rotation } from '../../core/rotation/rotation.ts';
import { snapshotOf } from '../account/key-snapshot.ts';
import type { Driven } from '../drive/drive-rotation.ts';
import type { Patience } from '../drive/patience.ts';
import type { AccountKeys, Outcome, RequestIds } from '../ports/ports.ts';
import type { Services } from '../ports/services.ts';
import { beginOrder } from './begin-rotation.ts';
import { failureOf } from './rotation-outcome.ts';
import { serveRequest } from './serve-request.ts';

export interface RegenerateKeyCommand {
  readonly account: Account;
  readonly keyType: KeyType;
  readonly requestIds: RequestIds;
}

export type RegenerateKeyResult =
  | { readonly kind: 'keys'; readonly keys: AccountKeys; readonly rotationId: string }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly rotationId?: string };

/** Does what ARM's `regenerateKey` does, at once and once. Patience: how much longer the caller is made to wait. */
export async function regenerateKey(
  services: Services,
  command: RegenerateKeyCommand,
  patience: Patience,
): Promise<RegenerateKeyResult> {
  const { keyType, requestIds } = command;
  const served = await serveRequest(services, command, patience, (view, supersedes) =>
    beginOrder(services, view, { keyType, requestIds, supersedes }, patience),
  );
  switch (served.kind) {
    case 'driven':
      return answer(services, command.account, served.driven, patience);
    case 'declined':
      throw new Error('The policy has no say in an order.');
    case 'failed':
      return served;
    default:
      return served satisfies never;
  }
}

async function answer(
  services: Services,
  account: Account,
  { rotation, keys }: Driven,
  patience: Patience,
): Promise<RegenerateKeyResult> {
  const { rotationId } = rotation;
  if (rotation.state === 'started' || rotation.state === 'failed') {
    const { lease, margin } = services.timings;
    return { kind: 'failed', failure: failureOf(rotation, lease + margin), rotationId };
  }
  if (keys !== undefined) return { kind: 'keys', keys, rotationId };
  const read = await readNewKeys(services, account, rotation, patience);
  if (read.kind === 'failed') return { kind: 'failed', failure: regeneratedUnread(read.failure), rotationId };
  return { kind: 'keys', keys: read.value, rotationId };
}

/** Another driver regenerated the key. A reading may still show the one before, which must not be given out any more. */
async function readNewKeys(
  services: Services,
  account: Account,
  { keyType, after }: Rotation,
  patience: Patience,
): Promise<Outcome<AccountKeys>> {
  for (;;) {
    const read = await services.maps.readKeys(account);
    if (read.kind === 'failed') return read;
    const { keys } = read.value;
    const comparison = after && compareKey(keyType, after, snapshotOf(services, keys, after));
    if (comparison !== 'outdated') return { kind: 'ok', value: keys };
    if (patience() < SECONDS_BETWEEN_READINGS)
      return { kind: 'failed', failure: unprovedReading('outdated') };
    await services.clock.sleep(SECONDS_BETWEEN_READINGS);
  }
}

const SECONDS_BETWEEN_READINGS = 2;
