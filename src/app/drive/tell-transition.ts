import type { Rotation } from '../../core/rotation/rotation.ts';
import { startedAt } from '../../core/rotation/rotation.ts';
import { keyUpdatedAt } from '../../core/time.ts';
import { failureFields } from '../failure-fields.ts';
import type { LogFields } from '../ports/ports.ts';
import type { Services } from '../ports/services.ts';

/** One line, and what is measured, where a rotation has come to another state. */
export function tellTransition(services: Services, before: Rotation, rotation: Rotation): void {
  if (rotation.state === before.state) {
    tellPromotion(services, before, rotation);
    return;
  }
  const now = services.clock.now();
  logTransition(services, rotation, now);
  measureTransition(services, rotation, now);
}

/** One that was left open after its event, as Azure Maps did not take the key in time. */
function tellPromotion({ log }: Services, before: Rotation, rotation: Rotation): void {
  const { rotationId, accountId, keyType, state, promoted } = rotation;
  if (state !== 'completed' || promoted === before.promoted) return;
  const fields = { rotationId, accountId, keyType };
  if (promoted) log.info('The key is the current one now, or another one took its place', fields);
  else log.error('The key did not become the current one', fields);
}

function logTransition({ log }: Services, rotation: Rotation, now: number): void {
  const { rotationId, accountId, keyType, state, trigger, reason, failure, secretId, verified } = rotation;
  const fields: LogFields = {
    ...{ rotationId, accountId, keyType, state, trigger, reason, secretId, verified },
    ...failureFields(failure),
  };
  if (state === 'failed') {
    // A caller was told of his, and one that was overtaken is nobody's loss: those of the timer are for somebody to see to.
    if (failure?.code === 'Superseded') log.info('The rotation failed', fields);
    else if (trigger === 'http') log.warn('The rotation failed', fields);
    else log.error('The rotation failed', fields);
  } else if (state !== 'verified') log.info('The rotation moved on', fields);
  else if (verified === undefined) {
    if (failure === undefined) log.info('The rotation moved on', fields);
    else log.error('The new key could not be tried', fields);
  } else {
    const measured: LogFields = { ...fields, afterSeconds: secondsSince(keyMadeAt(rotation) ?? now, now) };
    if (verified) log.info('The new key was accepted', measured);
    else log.error('The new key was not accepted', measured);
  }
}

function measureTransition({ telemetry }: Services, rotation: Rotation, now: number): void {
  const { state, trigger, keyType, failure, verified } = rotation;
  const madeAt = keyMadeAt(rotation);
  const common = { 'maps_key_rotation.trigger': trigger };
  if (state === 'verified' && verified !== undefined && madeAt !== undefined) {
    const delay = secondsSince(madeAt, now);
    telemetry.measure('maps_key_rotation.verification.delay', delay, {
      'maps_key_rotation.verified': verified,
    });
  }
  if (state !== 'completed' && state !== 'failed') return;
  telemetry.measure('maps_key_rotation.rotations', 1, {
    ...common,
    'maps_key_rotation.result': resultOf(rotation),
    'maps_key_rotation.key_type': keyType,
    ...(state === 'failed' && { 'error.type': failure?.code ?? 'Unknown' }),
  });
  if (state === 'failed') return;
  const start = startedAt(rotation);
  if (start !== undefined) {
    telemetry.measure('maps_key_rotation.rotation.duration', secondsSince(start, now), common);
  }
  if (madeAt !== undefined)
    telemetry.measure('maps_key_rotation.publish.delay', secondsSince(madeAt, now), common);
}

export function resultOf({ state, failure }: Rotation): string {
  return state === 'failed' && failure?.code === 'Superseded' ? 'superseded' : state;
}

/** By ARM's clock. */
function keyMadeAt({ after, keyType }: Rotation): number | undefined {
  return keyUpdatedAt(after?.[keyType]);
}

/** Clocks differ: none of it is below zero. */
function secondsSince(then: number, now: number): number {
  return Math.max((now - then) / 1000, 0);
}
