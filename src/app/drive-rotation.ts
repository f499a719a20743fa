import type { Input } from '../core/effect.ts';
import type { Rotation } from '../core/rotation.ts';
import { step } from '../core/step.ts';
import type { Claim } from './claim-step.ts';
import { claimNext, driverOf } from './claim-step.ts';
import { secondsHeld } from './hold.ts';
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
  sendBy: number,
  patience: Patience,
): Promise<Driven> {
  return run(services, { held, effect: { kind: 'post' }, sendBy }, patience);
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
  const claim = await claimNext(services, held, next, keys);
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
  if (next.effect.kind === 'end' && next.rotation === found.rotation) return { rotation: found.rotation };
  const claim = await claimNext(services, found, next);
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
  const next = step(found.rotation, { kind: 'read', times: keys.times }, driver);
  if (next.rotation === found.rotation) return;
  // It was over, and nothing would wake it any more should the process die from here on.
  const { attempt } = next.rotation;
  await queue.send({ kind: 'rotation', rotationId, attempt }, timings.lease + timings.margin + 2);
  await store.indexRotation(rotationId, found.account, {});
  const claim = await claimNext(services, found, next, keys);
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
    const { held, effect, keys } = claim;
    if (effect.kind === 'end' || effect.kind === 'suspend') return driven(held.rotation, keys);
    const [input, seen = keys] = await performEffect(services, held, effect, claim.sendBy, keys);
    const next = step(held.rotation, input, driverOf(services, patience()));
    const isFresh = input.kind === 'regenerated';
    const fresh = isFresh ? patience : undefined;
    const claimed = await claimNext(services, held, next, seen, fresh).catch((error: unknown) => {
      if (!isFresh || patience() === 0) throw error;
      return 'unsaved' as const;
    });
    if (claimed === 'unsaved') {
      const { rotationId, accountId } = held.rotation;
      services.log.warn('The key was regenerated, which could not be saved: its message settles it', {
        rotationId,
        accountId,
      });
      return driven(next.rotation, seen);
    }
    if (claimed === 'lost') {
      const { rotationId, accountId } = held.rotation;
      services.log.info('Another driver went on with the rotation', { rotationId, accountId });
      const found = isFresh ? undefined : await services.store.findRotation(rotationId);
      return driven(found?.rotation ?? next.rotation, seen);
    }
    claim = claimed;
  }
}

function driven(rotation: Rotation, keys: AccountKeys | undefined): Driven {
  return keys === undefined ? { rotation } : { rotation, keys };
}
