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
  rotationInProgress,
} from '../core/failure.ts';
import type { KeyType } from '../core/key-type.ts';
import { isInScope } from '../core/scope.ts';
import type { Begun } from './begin-rotation.ts';
import { tooManyChanges } from './begin-rotation.ts';
import type { Driven } from './drive-rotation.ts';
import { driveStarted, takeOver } from './drive-rotation.ts';
import { isHeld } from './hold.ts';
import type { Patience } from './patience.ts';
import type { AccountView, RequestIds, StoredRotation } from './ports.ts';
import type { Services } from './services.ts';

export interface RotationRequest {
  readonly account: Account;
  /** Absent where the policy chooses it. */
  readonly keyType?: KeyType;
  readonly requestIds: RequestIds;
}

export type Served =
  | { readonly kind: 'driven'; readonly driven: Driven }
  | Extract<Begun, { kind: 'declined' }>
  | RequestFailure;

interface RequestFailure {
  readonly kind: 'failed';
  readonly failure: Failure;
  readonly rotationId?: string;
}

/** How often a start is tried anew after another writer was faster. */
export const MAX_RACES = 5;

/**
 * What every request of a caller for a rotation goes through: it joins an earlier one of the same id, is refused where
 * another rotation runs, and else begins one and drives it for as long as the caller waits.
 */
export async function serveRequest(
  services: Services,
  { account, keyType, requestIds }: RotationRequest,
  patience: Patience,
  begin: (view: AccountView, supersedes: StoredRotation | undefined) => Promise<Begun>,
): Promise<Served> {
  if (!isInScope(services.scopes, account)) return failed(accountOutOfScope(accountId(account)));
  const hopeless = new Set<string>();
  let uniqueId: string | undefined;
  for (let race = 0; race < MAX_RACES; race++) {
    const view = await services.store.viewAccount({ account, uniqueId }, keyType, requestIds);
    const decision = decideAdmission(services, view, keyType, hopeless);
    if (decision.kind === 'reject-repeated') return failed(repeatedForOtherKey());
    if (decision.kind === 'busy') return busy(services, decision.running);
    if (decision.kind === 'join') {
      const joined = await join(services, decision.rotationId, patience);
      if (joined !== undefined) return { kind: 'driven', driven: joined };
      hopeless.add(decision.rotationId);
      continue;
    }
    if (patience() < services.timings.postTimeout) return failed(nothingRegenerated(notCarriedOut()));
    const begun = await begin(view, decision.kind === 'supersede' ? view.running : undefined);
    // What is known changed: an earlier rotation may turn out to have regenerated the key after all.
    if (begun.kind === 'again') {
      hopeless.clear();
      uniqueId = begun.uniqueId ?? uniqueId;
    }
    if (begun.kind === 'failed') return failed(nothingRegenerated(begun.failure));
    if (begun.kind === 'declined') return begun;
    if (begun.kind === 'started') {
      return { kind: 'driven', driven: await driveStarted(services, begun.held, begun.leasedAt, patience) };
    }
  }
  return failed(tooManyChanges());
}

function failed(failure: Failure): RequestFailure {
  return { kind: 'failed', failure };
}

type Admitted =
  | Exclude<AdmissionDecision, { kind: 'busy' }>
  | { readonly kind: 'busy'; readonly running: StoredRotation };

function decideAdmission(
  services: Services,
  view: AccountView,
  keyType: KeyType | undefined,
  hopeless: ReadonlySet<string>,
): Admitted {
  const { running, repeated, resent } = view;
  const decision = admit({
    keyType,
    ...(repeated && !hopeless.has(repeated.rotationId) && { repeated }),
    ...(resent && !hopeless.has(resent.rotationId) && { resent }),
    ...(running && {
      running: { rotation: running.rotation, held: isHeld(running, services.timings.margin) },
    }),
  });
  if (decision.kind !== 'busy') return decision;
  if (running === undefined) throw new Error('An account is busy with no rotation.');
  return { kind: 'busy', running };
}

/** Waits for the rotation of an earlier request of the same id; undefined where that regenerated nothing. */
async function join(services: Services, rotationId: string, patience: Patience): Promise<Driven | undefined> {
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

/** The answer where another rotation has the lock: for how long it may still have it. */
function busy(services: Services, running: StoredRotation): RequestFailure {
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
