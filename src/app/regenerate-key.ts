import type { Account } from '../core/account.ts';
import type { Failure } from '../core/failure.ts';
import { regeneratedUnread } from '../core/failure.ts';
import type { KeyType } from '../core/key-type.ts';
import { beginOrder } from './begin-rotation.ts';
import type { Driven } from './drive-rotation.ts';
import type { Patience } from './patience.ts';
import type { AccountKeys, RequestIds } from './ports.ts';
import { accountOf, failureOf } from './rotation-outcome.ts';
import { serveRequest } from './serve-request.ts';
import type { Services } from './services.ts';

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
      return answer(services, served.driven);
    case 'declined':
      throw new Error('The policy has no say in an order.');
    case 'failed':
      return served;
    default:
      return served satisfies never;
  }
}

async function answer(services: Services, { rotation, keys }: Driven): Promise<RegenerateKeyResult> {
  const { rotationId } = rotation;
  if (rotation.state === 'started' || rotation.state === 'failed') {
    const { lease, margin } = services.timings;
    return { kind: 'failed', failure: failureOf(rotation, lease + margin), rotationId };
  }
  if (keys !== undefined) return { kind: 'keys', keys, rotationId };
  const read = await services.maps.readKeys(accountOf(rotation));
  if (read.kind === 'failed') return { kind: 'failed', failure: regeneratedUnread(read.failure), rotationId };
  return { kind: 'keys', keys: read.value.keys, rotationId };
}
