import type { KeyType } from '../../core/account/key-type.ts';
import type { Failure } from '../../core/failure.ts';
import { fault, outOfTime, unavailable } from '../../core/failure.ts';
import type { PolicyDecision } from '../../core/policy/policy.ts';
import { decide } from '../../core/policy/policy.ts';
import type { AccountRecord } from '../../core/rotation/account-record.ts';
import { knownKeys, namesOf } from '../../core/rotation/account-record.ts';
import { withReading } from '../../core/rotation/key-snapshot.ts';
import type { Command, Reason, Trigger } from '../../core/rotation/rotation.ts';
import { startRotation } from '../../core/rotation/rotation.ts';
import { supersede } from '../../core/rotation/step.ts';
import { snapshotOf } from '../account/key-snapshot.ts';
import { locateAccount } from '../account/locate-account.ts';
import { noteReading, noteReadOnly } from '../account/note-reading.ts';
import { announceChanges } from '../drive/announce-changes.ts';
import type { Patience } from '../drive/patience.ts';
import { NOBODY_WAITS } from '../drive/patience.ts';
import { prepareRotation } from '../drive/prepare-rotation.ts';
import type {
  AccountReading,
  AccountView,
  HeldRotation,
  KeysReading,
  Outcome,
  RequestIds,
  StoredRotation,
} from '../ports/ports.ts';
import type { Services } from '../ports/services.ts';
import { traceNow } from '../ports/telemetry.ts';
import { settleAll } from '../settle-all.ts';
import { describeError, isStorageError, storageFailure } from '../thrown-error.ts';

/** How the start of a rotation ended. */
export type Begun =
  | { readonly kind: 'started'; readonly held: HeldRotation; readonly leasedAt: number }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly rotationId?: string }
  /** The policy does not want it now. */
  | { readonly kind: 'declined'; readonly decision: Exclude<PolicyDecision, { kind: 'rotate' }> }
  /** Another was faster, or what is known changed: look again, at the account of this `uniqueId` where it is known. */
  | { readonly kind: 'again'; readonly uniqueId?: string };

interface Choice {
  readonly rotationId: string;
  readonly keyType: KeyType;
  readonly command: Command;
  readonly trigger: Trigger;
  readonly reason: Reason;
  readonly requestIds: RequestIds;
  readonly supersedes?: StoredRotation | undefined;
}

/**
 * An order over HTTP: the key is named. What can be looked up or written without it goes on beside the reading; but for
 * an account that nobody has read yet nothing is written before, since there may be no such account.
 */
export async function beginOrder(
  services: Services,
  view: AccountView,
  order: Pick<Choice, 'keyType' | 'requestIds' | 'supersedes'>,
  patience: Patience,
): Promise<Begun> {
  const rotationId = services.newId();
  const { keyType, requestIds } = order;
  const full = eventsPending(view.stored?.record);
  if (full !== undefined) return { kind: 'failed', failure: full };
  // Of an account that may not exist nothing is written before ARM has shown it.
  const isKnown = view.stored?.record.canonical === true;
  const prepare = (home: AccountView) => prepareRotation(services, home, rotationId, requestIds);
  const [keys, facts, unready, vaultUnready] = await settleAll([
    services.maps.readKeys(view.account),
    services.maps.readAccount(view.account),
    services.events.ready(),
    services.vault?.ready(view.account, order.keyType),
    // After the reading is on its way, since that takes the longest.
    isKnown ? services.clock.sleep(0).then(() => prepare(view)) : undefined,
  ]);
  const failed = firstFailure(keys, facts, unready, vaultUnready, switchedOff(facts));
  if (failed !== undefined) {
    if (isKnown) await takeBack(services, rotationId);
    return { kind: 'failed', failure: failed };
  }
  const read = okValue(keys);
  const account = okValue(facts);
  const located = await locateAccount(services, view, account, keyType, requestIds);
  if (located === undefined) return again(account);
  if (await announceChanges(services, located, read, patience)) return again(account);
  if (!isKnown || located !== view) await prepare(located);
  const record = noteReading(services, located, read, account);
  const choice: Choice = {
    ...order,
    rotationId,
    command: 'regenerate',
    trigger: 'http',
    reason: 'requested',
  };
  return start(services, located, record, read, choice, patience);
}

function again({ uniqueId }: AccountReading): Begun {
  return { kind: 'again', ...(uniqueId !== undefined && { uniqueId }) };
}

/** A rotation by the policy, which chooses the key. Where it declines, only what was read is kept. */
export async function beginByPolicy(
  services: Services,
  view: AccountView,
  asked: Pick<Choice, 'trigger' | 'requestIds' | 'supersedes'> & { readonly force: boolean },
  patience: Patience,
): Promise<Begun> {
  const full = eventsPending(view.stored?.record);
  if (full !== undefined) return { kind: 'failed', failure: full };
  const [keys, facts, unready, vaultUnready] = await settleAll([
    services.maps.readKeys(view.account),
    services.maps.readAccount(view.account),
    services.events.ready(),
    services.vault?.ready(view.account),
  ]);
  const failed = firstFailure(keys, facts, unready, vaultUnready);
  if (failed !== undefined) {
    // The timer notes it with its failed try.
    if (asked.trigger !== 'timer') await noteReadOnly(services, view, failed);
    return { kind: 'failed', failure: failed };
  }
  const read = okValue(keys);
  const account = okValue(facts);
  const located = await locateAccount(services, view, account, undefined, asked.requestIds);
  if (located === undefined) return again(account);
  if (await announceChanges(services, located, read, patience)) return again(account);
  const record = noteReading(services, located, read, account);
  const decision = decide({
    facts: account.facts,
    record,
    times: record.seen ?? read.keys.times,
    settings: services.policy,
    schedule: services.schedule(read.now),
    now: read.now,
    force: asked.force,
  });
  if (decision.kind !== 'rotate') {
    await services.store.saveAccount(located, record);
    return { kind: 'declined', decision };
  }
  const rotationId = services.newId();
  const [notStorable] = await settleAll([
    services.vault?.ready(view.account, decision.keyType),
    prepareRotation(services, located, rotationId, asked.requestIds),
  ]);
  if (notStorable !== undefined) return { kind: 'failed', failure: notStorable };
  const reason: Reason = asked.trigger === 'timer' ? decision.reason : 'requested';
  const choice: Choice = { ...asked, rotationId, keyType: decision.keyType, command: 'rotate', reason };
  return start(services, located, record, read, choice, patience);
}

const OVERTAKEN = 'an order for the same account took its place';

async function start(
  services: Services,
  view: AccountView,
  record: AccountRecord,
  read: KeysReading,
  choice: Choice,
  patience: Patience,
): Promise<Begun> {
  const { requestIds, supersedes, ...fields } = choice;
  const at = traceNow(services.telemetry);
  // A reading may show an earlier state than is known: what the rotation changes is the later one.
  const known = knownKeys(record);
  const before = withReading(known, snapshotOf(services, read.keys, known));
  const rotation = startRotation({ ...fields, ...namesOf(record, view.uniqueId), before, ...at });
  const { clock, timings, newId, store, log } = services;
  if (patience !== NOBODY_WAITS && patience() < timings.postTimeout) {
    return { kind: 'failed', failure: outOfTime() };
  }
  const leasedAt = clock.monotonic();
  const hold = { owner: newId(), seconds: timings.lease };
  const overtaken = supersedes && {
    found: supersedes,
    ended: supersede(supersedes.rotation, OVERTAKEN, timings),
  };
  const { rotationId, accountId, keyType, trigger, reason } = rotation;
  const held = await store
    .startRotation({ view, rotation, record, requestIds, hold, ...(overtaken && { supersedes: overtaken }) })
    .catch((error: unknown) => {
      if (patience === NOBODY_WAITS || !isStorageError(error)) throw error;
      log.warn('The rotation could not be started', { rotationId, accountId, ...describeError(error) });
      return storageFailure(error);
    });
  if (held === 'lost') return { kind: 'again' };
  // Its row may be there all the same. Nothing is sent for it: whoever wakes it does not send either.
  if ('code' in held) return { kind: 'failed', failure: held, rotationId };
  log.info('The rotation started', { rotationId, accountId, keyType, trigger, reason });
  return { kind: 'started', held, leasedAt };
}

function firstFailure(...outcomes: (Outcome<unknown> | Failure | undefined)[]): Failure | undefined {
  for (const outcome of outcomes) {
    if (outcome === undefined) continue;
    if (!('kind' in outcome)) return outcome;
    if (outcome.kind === 'failed') return outcome.failure;
  }
  return undefined;
}

function okValue<T>(outcome: Outcome<T>): T {
  if (outcome.kind === 'failed') throw new Error(outcome.failure.message);
  return outcome.value;
}

/** Of a rotation that did not come to exist; where that fails, reconciling does it later. */
async function takeBack({ store, log }: Services, rotationId: string): Promise<void> {
  await store.dropIndex(rotationId).catch((error: { name?: string }) => {
    log.warn('The index of a rotation that did not start could not be taken back', {
      rotationId,
      name: error.name,
    });
  });
}

/**
 * Rotations of one account whose events may wait at one time. Each is named in the account's row, which holds a few
 * hundred of them: past that nothing could be saved any more, not even that an event was accepted.
 */
export const MOST_UNTOLD = 200;

function eventsPending(record: AccountRecord | undefined): Failure | undefined {
  if (record === undefined || record.untold.length < MOST_UNTOLD) return undefined;
  return unavailable(
    'TooManyEventsPending',
    `Event Grid has not accepted the events of ${record.untold.length} rotations of this account, and no more of them can wait. They are sent again by themselves.`,
    { retryAfterSeconds: 300 },
  );
}

function switchedOff(facts: Outcome<AccountReading> | undefined): Failure | undefined {
  if (facts?.kind !== 'ok' || !facts.value.facts.disableLocalAuth) return undefined;
  return fault(
    409,
    'LocalAuthDisabled',
    'The account has disableLocalAuth set, so its keys open nothing, and a new one would not either. Set disableLocalAuth to false on the account first.',
    { target: 'disableLocalAuth' },
  );
}

/** Where a start loses every race for its row. */
export function tooManyChanges(): Failure {
  return unavailable(
    'AccountBusy',
    'Other requests for this account were faster time and again, so this one regenerated nothing, and will not. Try again.',
    {
      retryAfterSeconds: 5,
    },
  );
}
