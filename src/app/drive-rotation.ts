import type { Input } from '../core/effect.ts';
import type { Rotation } from '../core/rotation.ts';
import { step } from '../core/step.ts';
import type { Claim } from './claim-step.ts';
import { claimNext, driverOf } from './claim-step.ts';
import { secondsHeld } from './hold.ts';
import { snapshotOf } from './key-snapshot.ts';
import type { Patience } from './patience.ts';
import { performEffect } from './perform-effect.ts';
import type { AccountKeys, FoundRotation, HeldRotation } from './ports.ts';
import type { Services } from './services.ts';
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
 * for some more seconds; `lost`: another driver took it first.
 */
export async function takeOver(
  services: Services,
  found: FoundRotation,
  patience: Patience,
): Promise<Driven | { readonly later: number } | 'lost'> {
  const { timings } = services;
  const held = secondsHeld(found, timings.margin);
  if (held > 0) return { later: held };
  const woken: Input = { kind: 'woken', idleSeconds: found.idleSeconds };
  const next = step(found.rotation, woken, driverOf(services, patience()));
  if (next.effect.kind === 'wait' || next.effect.kind === 'suspend') return { later: next.effect.seconds };
  const isOver = next.effect.kind === 'end' && next.rotation === found.rotation;
  if (isOver || next.effect.kind === 'look') return { rotation: found.rotation };
  const claim = await claimNext(services, { held: found }, next);
  return claim === 'lost' ? 'lost' : run(services, claim, patience);
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
function run(services: Services, first: Claim, patience: Patience): Promise<Driven> {
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
    return runUntraced(services, first, patience);
  };
  return telemetry.span('drive rotation', attributes, drive, ({ rotation }) => ({
    [`${prefix}.state`]: resultOf(rotation),
    [resultOf(rotation) === 'failed' ? 'error.type' : `${prefix}.note`]: rotation.failure?.code,
  }));
}

async function runUntraced(services: Services, first: Claim, patience: Patience): Promise<Driven> {
  let claim = first;
  for (;;) {
    const { held, effect } = claim;
    if (effect.kind === 'end' || effect.kind === 'suspend') return driven(held.rotation, claim.keys);
    const [input, keys = claim.keys] = await performEffect(services, claim);
    const next = step(held.rotation, input, driverOf(services, patience()));
    const confirmed = input.kind === 'regenerated';
    const claimed = await claimNext(services, { ...claim, keys }, next).catch((error: unknown) => {
      if (!confirmed || patience() === 0) throw error;
      return 'unsaved' as const;
    });
    const { rotationId, accountId } = held.rotation;
    if (claimed === 'unsaved') {
      services.log.warn('The key was regenerated, which could not be saved: its message settles it', {
        rotationId,
        accountId,
      });
      return driven(next.rotation, keys);
    }
    if (claimed === 'lost') {
      services.log.info('Another driver went on with the rotation', { rotationId, accountId });
      return lost(services, claim, confirmed, keys);
    }
    claim = claimed;
  }
}

/** Another driver settled what ARM has only now confirmed to this one: what it saw may have been another change. */
async function lost(
  { store, queue }: Services,
  { held }: Claim,
  confirmed: boolean,
  keys: AccountKeys | undefined,
): Promise<Driven> {
  const { account, rotation } = held;
  const { uniqueId } = rotation;
  if (confirmed) {
    await queue.send({ kind: 'account', account, attempt: 0, ...(uniqueId && { uniqueId }) }, 0);
  }
  const found = await store.findRotation(rotation.rotationId);
  return driven(found?.rotation ?? rotation, confirmed ? undefined : keys);
}

function driven(rotation: Rotation, keys: AccountKeys | undefined): Driven {
  return keys === undefined ? { rotation } : { rotation, keys };
}
