import type { Failure } from '../../core/failure.ts';
import type { Input, Step } from '../../core/rotation/effect.ts';
import type { Rotation } from '../../core/rotation/rotation.ts';
import { locksAccount } from '../../core/rotation/rotation.ts';
import { step } from '../../core/rotation/step.ts';
import { snapshotOf } from '../account/key-snapshot.ts';
import type { AccountKeys, FoundRotation, HeldRotation } from '../ports/ports.ts';
import type { Services } from '../ports/services.ts';
import { describeError, storageFailure } from '../thrown-error.ts';
import type { Claim } from './claim-step.ts';
import { claimNext, driverOf } from './claim-step.ts';
import { secondsHeld } from './hold.ts';
import type { Patience } from './patience.ts';
import { NOBODY_WAITS } from './patience.ts';
import { performEffect } from './perform-effect.ts';
import { resultOf } from './tell-transition.ts';

/** Where a driver left a rotation. */
export interface Driven {
  readonly rotation: Rotation;
  /** What ARM last said, where this driver asked. */
  readonly keys?: AccountKeys;
}

/** A rotation whose row was just written with its first POST ahead. */
export function driveStarted(
  services: Services,
  held: HeldRotation,
  leasedAt: number,
  patience: Patience,
): Promise<Driven> {
  return run(services, { held, effect: { kind: 'post' }, leasedAt }, patience);
}

/** A regeneration that others did: its event is sent, or owed from its row. */
export async function driveObserved(
  services: Services,
  held: HeldRotation,
  keys: AccountKeys,
  patience: Patience,
): Promise<void> {
  const woken: Input = { kind: 'woken', idleSeconds: 0 };
  const next = step(held.rotation, woken, driverOf(services, patience()));
  const claim = await claimNext(services, { held, keys }, next);
  if (claim !== 'lost') await run(services, claim, patience);
}

/**
 * Takes a rotation over where nobody else holds it, and drives it as far as it goes. `later`: it must be left alone
 * for some more seconds; `lost`: another driver took it first. `settlesOnly`: as far as a reading of the keys goes.
 */
export async function takeOver(
  services: Services,
  found: FoundRotation,
  patience: Patience,
  settlesOnly = false,
): Promise<Driven | { readonly later: number } | 'lost'> {
  const { timings } = services;
  const held = secondsHeld(found, timings.margin);
  if (held > 0) return { later: held };
  const woken: Input = { kind: 'woken', idleSeconds: found.idleSeconds };
  const next = step(found.rotation, woken, driverOf(services, patience(), settlesOnly));
  if (next.effect.kind === 'wait' || next.effect.kind === 'suspend') return { later: next.effect.seconds };
  const isOver = next.effect.kind === 'end' && next.rotation === found.rotation;
  if (isOver || next.effect.kind === 'look') return { rotation: found.rotation };
  const claim = await claimNext(services, { held: found }, next);
  return claim === 'lost' ? 'lost' : run(services, claim, patience, settlesOnly);
}

/**
 * What a reading tells to a rotation that had failed in doubt: a key that changed after all is announced after all.
 * `accountEtag` is of the account's row before the reading: where it changed since, the change may be a later
 * rotation's.
 */
export async function settleLate(
  services: Services,
  rotationId: string,
  keys: AccountKeys,
  accountEtag: string,
  patience: Patience,
): Promise<void> {
  const { store, queue, timings } = services;
  const found = await store.findRotation(rotationId);
  if (found?.stored?.etag !== accountEtag) return;
  const driver = driverOf(services, patience());
  const seen = snapshotOf(services, keys, found.rotation.before);
  const next = step(found.rotation, { kind: 'read', keys: seen }, driver);
  if (next.rotation === found.rotation) return;
  // It was over, and nothing would wake it any more should the process die from here on.
  const { attempt } = next.rotation;
  await queue.send({ kind: 'rotation', rotationId, attempt }, timings.lease + timings.margin + 2);
  const { uniqueId } = found.rotation;
  await store.indexRotation(rotationId, { account: found.account, uniqueId }, {});
  const claim = await claimNext(services, { held: found, keys }, next);
  if (claim !== 'lost') await run(services, claim, patience);
}

/** One drive is one span; each later one points back to where the rotation started. */
function run(services: Services, first: Claim, patience: Patience, settlesOnly = false): Promise<Driven> {
  const { telemetry } = services;
  const { rotationId, accountId, keyType, trigger, reason, attempt, trace } = first.held.rotation;
  const prefix = 'maps_key_rotation';
  const attributes = {
    [`${prefix}.rotation_id`]: rotationId,
    [`${prefix}.account_id`]: accountId,
    [`${prefix}.key_type`]: keyType,
    [`${prefix}.trigger`]: trigger,
    [`${prefix}.reason`]: reason,
    [`${prefix}.attempt`]: attempt,
  };
  const drive = () => {
    telemetry.link(trace);
    return runUntraced(services, first, patience, settlesOnly);
  };
  return telemetry.span('drive rotation', attributes, drive, ({ rotation }) => ({
    [`${prefix}.state`]: resultOf(rotation),
    [resultOf(rotation) === 'failed' ? 'error.type' : `${prefix}.note`]: rotation.failure?.code,
  }));
}

async function runUntraced(
  services: Services,
  first: Claim,
  patience: Patience,
  settlesOnly: boolean,
): Promise<Driven> {
  let claim = first;
  for (;;) {
    const { held, effect } = claim;
    if (effect.kind === 'end' || effect.kind === 'suspend') return driven(held.rotation, claim.keys);
    const [input, keys = claim.keys] = await performEffect(services, claim, patience);
    const next = step(held.rotation, input, driverOf(services, patience(), settlesOnly));
    const claimed = await claimNext(services, { ...claim, keys }, next).catch((error: unknown) => {
      if (patience === NOBODY_WAITS) throw error;
      noteUnsaved(services, next, error);
      return storageFailure(error);
    });
    if (claimed === 'lost') {
      // What a reading shows may be the work of a later rotation: only ARM's own answer is surely about this one.
      const isSure = input.kind === 'regenerated' || isRegenerated(held.rotation);
      return isSure ? stillTrue(services, held, next, keys) : knownByOthers(services, held, next, patience);
    }
    if ('code' in claimed) return driven(knownOf(next, claimed), keys);
    claim = claimed;
  }
}

function noteUnsaved({ log }: Services, { rotation }: Step, error: unknown): void {
  const { rotationId, accountId } = rotation;
  const message =
    rotation.state === 'regenerated'
      ? 'The key was regenerated, which could not be saved: its message settles it'
      : 'What became of the rotation could not be saved: its message goes on with it';
  log.warn(message, { rotationId, accountId, state: rotation.state, ...describeError(error) });
}

/**
 * What a step that could not be saved tells the caller all the same. Where no POST is in doubt, none has done anything,
 * and none follows: whoever wakes the rotation sends nothing for a caller who is gone.
 */
function knownOf({ rotation, effect }: Step, failure: Failure): Rotation {
  if (!locksAccount(rotation)) return rotation;
  if (rotation.doubt !== undefined && effect.kind !== 'post') return rotation;
  const { doubt: _, ...rest } = rotation;
  return { ...rest, state: 'failed', failure };
}

/** What this driver knows stays true, whatever another one that goes on with the rotation makes of it. */
async function stillTrue(
  services: Services,
  held: HeldRotation,
  { rotation }: Step,
  keys: AccountKeys | undefined,
): Promise<Driven> {
  noteOther(services, held);
  await lookAgain(services, held);
  return driven(rotation, keys);
}

/**
 * Where another driver goes on with a rotation: what its row says. Keys that this one has read are those from before the
 * other one's POST, or from after another rotation's, and no answer to anybody.
 */
async function knownByOthers(
  services: Services,
  held: HeldRotation,
  next: Step,
  patience: Patience,
): Promise<Driven> {
  const { rotationId } = held.rotation;
  noteOther(services, held);
  try {
    return { rotation: (await services.store.findRotation(rotationId))?.rotation ?? held.rotation };
  } catch (error) {
    if (patience === NOBODY_WAITS) throw error;
    noteUnsaved(services, next, error);
    return { rotation: held.rotation };
  }
}

function noteOther({ log }: Services, { rotation }: HeldRotation): void {
  const { rotationId, accountId } = rotation;
  log.info('Another driver went on with the rotation', { rotationId, accountId });
}

/** What ARM has only now confirmed may be another change than the one that the other driver found: it is looked for. */
async function lookAgain({ queue }: Services, { account, rotation }: HeldRotation): Promise<void> {
  const { uniqueId } = rotation;
  const message = {
    kind: 'account',
    account,
    attempt: 0,
    ...(uniqueId !== undefined && { uniqueId }),
  } as const;
  await queue.send(message, 0).catch(() => undefined);
}

function isRegenerated({ state }: Rotation): boolean {
  return state !== 'started' && state !== 'failed';
}

function driven(rotation: Rotation, keys: AccountKeys | undefined): Driven {
  return keys === undefined ? { rotation } : { rotation, keys };
}
