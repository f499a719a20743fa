import type { Rotation } from '../core/rotation.ts';
import { toMilliseconds } from '../core/time.ts';
import type { LogFields } from './ports.ts';
import type { Services } from './services.ts';

/** One line where a rotation has come to another state. */
export function logTransition({ log, clock }: Services, before: Rotation, rotation: Rotation): void {
  const { rotationId, accountId, keyType, state, trigger, reason, failure, secretId, verified } = rotation;
  if (state === before.state) return;
  const fields: LogFields = {
    ...{ rotationId, accountId, keyType, state, trigger, reason, secretId, verified },
    code: failure?.code,
  };
  if (state === 'failed') log.warn('The rotation failed', fields);
  else if (state !== 'verified' || verified === undefined) log.info('The rotation moved on', fields);
  else {
    const madeAt = toMilliseconds(rotation.after?.[keyType]) ?? clock.now();
    const measured: LogFields = { ...fields, afterSeconds: Math.max((clock.now() - madeAt) / 1000, 0) };
    if (verified) log.info('The new key was accepted', measured);
    else log.error('The new key was not accepted', measured);
  }
}
