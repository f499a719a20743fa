import type { Account } from '../core/account.ts';
import { accountId } from '../core/account.ts';
import type { AdmissionDecision } from '../core/admission.ts';
import { admit } from '../core/admission.ts';
import type { Failure } from '../core/failure.ts';
import {
  accountOutOfScope,
  fault,
  notCarriedOut,
  nothingRegenerated,
  regeneratedUnread,
  rotationInProgress,
} from '../core/failure.ts';
import type { KeyType } from '../core/key-type.ts';
import { isInScope } from '../core/scope.ts';
import { beginOrder, tooManyChanges } from './begin-rotation.ts';
import type { Driven, Patience } from './drive-rotation.ts';
import { driveStarted, takeOver } from './drive-rotation.ts';
import type { AccountKeys, AccountView, RequestIds, StoredRotation } from './ports.ts';
import { accountOf, failureOf } from './rotation-outcome.ts';
import type { Services } from './services.ts';

export interface RegenerateKeyCommand {
  readonly account: Account;
  readonly keyType: KeyType;
  readonly requestIds: RequestIds;
}

export type RegenerateKeyResult =
  | { readonly kind: 'keys'; readonly keys: AccountKeys; readonly rotationId: string }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly rotationId?: string };

/** How often a start is tried anew after another writer was faster. */
const MAX_RACES = 5;

/** Does what ARM's `regenerateKey` does, at once and once. Patience: how much longer the caller is made to wait. */
export async function regenerateKey(
  services: Services,
  command: RegenerateKeyCommand,
  patience: Patience,
): Promise<RegenerateKeyResult> {
  const { account, keyType, requestIds } = command;
  if (!isInScope(services.scopes, account)) {
    return { kind: 'failed', failure: accountOutOfScope(accountId(account)) };
  }
  const failed = new Set<string>();
  for (let race = 0; race < MAX_RACES; race++) {
    const view = await services.store.viewAccount(account, keyType, requestIds);
    const decision = decideAdmission(services, view, keyType, failed);
    if (decision.kind === 'reject-repeated') return { kind: 'failed', failure: repeatedForOtherKey() };
    if (decision.kind === 'busy') return busy(services, decision.running);
    if (decision.kind === 'join') {
      const joined = await join(services, decision.rotationId, patience);
      if (joined !== undefined) return answer(services, joined);
      failed.add(decision.rotationId);
      continue;
    }
    if (patience() < services.timings.postTimeout)
      return { kind: 'failed', failure: nothingRegenerated(notCarriedOut()) };
    const supersedes = decision.kind === 'supersede' ? view.running : undefined;
    const begun = await beginOrder(services, view, { keyType, requestIds, supersedes });
    // What is known changed: an earlier rotation may turn out to have regenerated the key after all.
    if (begun.kind === 'again') failed.clear();
    if (begun.kind === 'failed') return { kind: 'failed', failure: nothingRegenerated(begun.failure) };
    if (begun.kind === 'started') {
      return answer(services, await driveStarted(services, begun.held, begun.sendBy, patience));
    }
  }
  return { kind: 'failed', failure: tooManyChanges() };
}

type Admitted =
  | Exclude<AdmissionDecision, { kind: 'busy' }>
  | { readonly kind: 'busy'; readonly running: StoredRotation };

export function decideAdmission(
  services: Services,
  view: AccountView,
  keyType: KeyType | undefined,
  failed: ReadonlySet<string>,
): Admitted {
  const { running, repeated, resent } = view;
  const decision = admit({
    keyType,
    ...(repeated && !failed.has(repeated.rotationId) && { repeated }),
    ...(resent && !failed.has(resent.rotationId) && { resent }),
    ...(running && {
      running: { rotation: running.rotation, held: isHeld(running, services.timings.margin) },
    }),
  });
  if (decision.kind !== 'busy') return decision;
  if (running === undefined) throw new Error('An account is busy with no rotation.');
  return { kind: 'busy', running };
}

/** Whether a driver may still be at work on a rotation, by the Table service's clock. */
export function isHeld(found: StoredRotation, margin: number): boolean {
  return found.hold.owner !== undefined && found.idleSeconds < found.hold.seconds + margin;
}

/** Waits for the rotation of an earlier request of the same id; undefined where that regenerated nothing. */
export async function join(
  services: Services,
  rotationId: string,
  patience: Patience,
): Promise<Driven | undefined> {
  for (let pause = 0.1; ; pause = Math.min(pause * 1.5, 1)) {
    const found = await services.store.findRotation(rotationId);
    if (found === undefined || found.rotation.state === 'failed') return undefined;
    if (found.rotation.state !== 'started') return { rotation: found.rotation };
    const taken = await takeOver(services, found, patience);
    if (taken !== 'lost' && 'rotation' in taken) return taken.rotation.state === 'failed' ? undefined : taken;
    if (patience() <= pause) return { rotation: found.rotation };
    await services.clock.sleep(pause);
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

/** The answer where another rotation has the lock: for how long it may still have it. */
export function busy(
  services: Services,
  running: StoredRotation,
): Extract<RegenerateKeyResult, { kind: 'failed' }> {
  const { rotationId } = running.rotation;
  const rest = Math.ceil(running.hold.seconds - running.idleSeconds);
  const { postTimeout } = services.timings;
  const retryAfter =
    running.hold.owner === undefined ? Math.max(rest, 1) : Math.min(Math.max(rest, 1), postTimeout);
  return { kind: 'failed', failure: rotationInProgress(rotationId, Math.ceil(retryAfter)), rotationId };
}

function repeatedForOtherKey(): Failure {
  return fault(
    412,
    'RepeatabilityRequestIdReused',
    'An earlier request with this Repeatability-Request-ID was for the other key. Use a new id for a new request.',
    { target: 'Repeatability-Request-ID' },
  );
}
