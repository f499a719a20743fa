import type { Account } from '../../core/account/account.ts';
import { accountId } from '../../core/account/account.ts';
import type { KeyType } from '../../core/account/key-type.ts';
import { isInScope } from '../../core/account/scope.ts';
import type { Failure } from '../../core/failure.ts';
import {
  accountOutOfScope,
  fault,
  notBegun,
  nothingRegenerated,
  outcomeNotLookedUp,
  outOfTime,
  rotationInProgress,
} from '../../core/failure.ts';
import type { AdmissionDecision } from '../../core/rotation/admission.ts';
import { admit, refuseFirstSent } from '../../core/rotation/admission.ts';
import { spread } from '../../core/rotation/backoff.ts';
import { noteRefusal } from '../account/note-reading.ts';
import type { Driven } from '../drive/drive-rotation.ts';
import { driveStarted, takeOver } from '../drive/drive-rotation.ts';
import { isHeld } from '../drive/hold.ts';
import type { Patience } from '../drive/patience.ts';
import { less } from '../drive/patience.ts';
import type { AccountView, RequestIds, StoredRotation } from '../ports/ports.ts';
import type { Services } from '../ports/services.ts';
import { describeError, isStorageError, storageFailure } from '../thrown-error.ts';
import type { Begun } from './begin-rotation.ts';
import { tooManyChanges } from './begin-rotation.ts';

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
  request: RotationRequest,
  patience: Patience,
  begin: Begin,
): Promise<Served> {
  const { account, keyType, requestIds } = request;
  if (!isInScope(services.scopes, account)) return failed(accountOutOfScope(accountId(account)));
  const past: Past = { hopeless: new Set(), settled: new Set(), raced: false };
  for (let race = 0; race < MAX_RACES; race++) {
    const view = await lookAt(services, request, past.uniqueId);
    if ('failure' in view) return view;
    const untimely = refuseUntimely(services, requestIds);
    if (untimely !== undefined) return failed(untimely);
    const decision = decideAdmission(services, view, keyType, past);
    const served = await act(services, view, decision, { request, patience, begin, past });
    if (served !== 'again') return served;
    await pauseAfterRace(services, race);
  }
  return failed(tooManyChanges());
}

type Begin = (view: AccountView, supersedes: StoredRotation | undefined) => Promise<Begun>;

/** What this request has found out. */
interface Past {
  /** Rotations of earlier requests of the same id that regenerated nothing. */
  readonly hopeless: Set<string>;
  /** Rotations in doubt that were looked at. */
  readonly settled: Set<string>;
  /** What ARM was seen to know the account by. */
  uniqueId?: string;
  /** Whether another writer was faster. */
  raced: boolean;
}

interface Serving {
  readonly request: RotationRequest;
  readonly patience: Patience;
  readonly begin: Begin;
  readonly past: Past;
}

async function act(
  services: Services,
  view: AccountView,
  decision: Admitted,
  serving: Serving,
): Promise<Served | 'again'> {
  const { request, patience, past } = serving;
  switch (decision.kind) {
    case 'reject-repeated':
      return failed(repeatedForOtherKey());
    case 'busy':
      return busy(services, decision.running);
    case 'settle':
      return settle(services, view, decision.running, patience, past);
    case 'join': {
      const joined = await joinOrTell(services, decision.rotationId, patience);
      if (joined !== undefined) return joined;
      past.hopeless.add(decision.rotationId);
      // It was not other requests that took the time.
      past.raced = false;
      return 'again';
    }
    case 'start':
    case 'supersede': {
      if (patience() < services.timings.postTimeout) {
        const tooLate = notBegun(outOfTime(), isRepeatable(request.requestIds));
        return failed(past.raced ? tooManyChanges() : tooLate);
      }
      const supersedes = decision.kind === 'supersede' ? view.running : undefined;
      return beginAndDrive(services, view, supersedes, serving);
    }
    default:
      return decision satisfies never;
  }
}

async function beginAndDrive(
  services: Services,
  view: AccountView,
  supersedes: StoredRotation | undefined,
  { request, patience, begin, past }: Serving,
): Promise<Served | 'again'> {
  const begun = await begin(view, supersedes).catch((error: unknown): Begun => {
    noteStorageError(services, view.account, error);
    return { kind: 'failed', failure: storageFailure(error) };
  });
  switch (begun.kind) {
    case 'again':
      // What is known changed: an earlier rotation may turn out to have regenerated the key after all.
      past.hopeless.clear();
      if (begun.uniqueId !== undefined) past.uniqueId = begun.uniqueId;
      past.raced = true;
      return 'again';
    case 'failed':
      noteRefusal(services, view.account, begun.failure);
      if (begun.rotationId !== undefined) return { ...begun, failure: nothingRegenerated(begun.failure) };
      if (await hasTwin(services, request, past)) return 'again';
      return failed(notBegun(begun.failure, isRepeatable(request.requestIds)));
    case 'declined':
      return (await hasTwin(services, request, past)) ? 'again' : begun;
    case 'started':
      return { kind: 'driven', driven: await driveStarted(services, begun.held, begun.leasedAt, patience) };
    default:
      return begun satisfies never;
  }
}

async function lookAt(
  services: Services,
  { account, keyType, requestIds }: RotationRequest,
  uniqueId: string | undefined,
): Promise<AccountView | RequestFailure> {
  try {
    return await services.store.viewAccount({ account, uniqueId }, keyType, requestIds);
  } catch (error) {
    noteStorageError(services, account, error);
    return failed(notBegun(storageFailure(error), isRepeatable(requestIds)));
  }
}

/** Whether the same request, come in by another way at the same time, has begun what this one could not: it is joined. */
async function hasTwin(services: Services, request: RotationRequest, past: Past): Promise<boolean> {
  if (!isRepeatable(request.requestIds)) return false;
  const view = await lookAt(services, request, past.uniqueId);
  if ('failure' in view) return false;
  return [view.repeated, view.resent].some(
    (twin) => twin !== undefined && !past.hopeless.has(twin.rotationId),
  );
}

function isRepeatable({ repeatability, client }: RequestIds): boolean {
  return repeatability !== undefined || client !== undefined;
}

/** Storage alone throws what is to be expected. */
function noteStorageError({ log }: Services, account: Account, error: unknown): void {
  if (!isStorageError(error)) throw error;
  log.error('Storage failed a request', { accountId: accountId(account), ...describeError(error) });
}

/** By the service's clock, which has just been heard: that of the instance may be wrong by days. */
function refuseUntimely({ store }: Services, { firstSent }: RequestIds): Failure | undefined {
  return firstSent === undefined ? undefined : refuseFirstSent(firstSent, store.serviceNow());
}

/** Seconds; spread, so that those who lost one race together don't run the next one together. */
async function pauseAfterRace({ clock, newId }: Services, race: number): Promise<void> {
  await clock.sleep(FIRST_PAUSE * 2 ** race * (0.5 + spread(newId(), race)));
}

const FIRST_PAUSE = 0.05;

/** A caller's own reading ends a doubt that nobody else is just settling, and with it what keeps the account locked. */
async function settle(
  services: Services,
  { account, stored }: AccountView,
  running: StoredRotation,
  patience: Patience,
  { settled }: Past,
): Promise<RequestFailure | 'again'> {
  const { rotationId } = running.rotation;
  if (settled.has(rotationId)) return busy(services, running);
  settled.add(rotationId);
  const found = { ...running, account, ...(stored && { stored }) };
  try {
    const taken = await takeOver(services, found, less(patience, services.timings.postTimeout), true);
    return taken !== 'lost' && 'later' in taken ? busy(services, running, taken.later) : 'again';
  } catch (error) {
    noteStorageError(services, account, error);
    return busy(services, running);
  }
}

function failed(failure: Failure): RequestFailure {
  return { kind: 'failed', failure };
}

type Admitted =
  | Exclude<AdmissionDecision, { kind: 'busy' | 'settle' }>
  | { readonly kind: 'busy' | 'settle'; readonly running: StoredRotation };

function decideAdmission(
  services: Services,
  view: AccountView,
  keyType: KeyType | undefined,
  { hopeless }: Past,
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
  if (decision.kind !== 'busy' && decision.kind !== 'settle') return decision;
  if (running === undefined) throw new Error('An account is busy with no rotation.');
  return { kind: decision.kind, running };
}

/** Where storage fails, an earlier request of the same id may have regenerated the key. */
async function joinOrTell(
  services: Services,
  rotationId: string,
  patience: Patience,
): Promise<Served | undefined> {
  try {
    const driven = await join(services, rotationId, patience);
    return driven && { kind: 'driven', driven };
  } catch (error) {
    if (!isStorageError(error)) throw error;
    services.log.error('Storage failed a repeated request', { rotationId, ...describeError(error) });
    const { lease, margin } = services.timings;
    return { kind: 'failed', failure: outcomeNotLookedUp(storageFailure(error), lease + margin), rotationId };
  }
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
function busy(
  services: Services,
  { rotation, hold, idleSeconds }: StoredRotation,
  seconds = hold.seconds - idleSeconds,
): RequestFailure {
  const { rotationId } = rotation;
  // However long the rotation itself waits: a request that comes back looks at the keys anew.
  const { settleTimedOut, postTimeout } = services.timings;
  const longest = hold.owner === undefined ? settleTimedOut : postTimeout;
  const retryAfter = Math.ceil(Math.min(Math.max(seconds, 1), longest));
  return { kind: 'failed', failure: rotationInProgress(rotationId, retryAfter), rotationId };
}

function repeatedForOtherKey(): Failure {
  return fault(
    412,
    'RepeatabilityRequestIdReused',
    'An earlier request with this Repeatability-Request-ID was for the other key. Use a new id for a new request.',
    { target: 'Repeatability-Request-ID' },
  );
}
