import { accountId } from '../../core/account/account.ts';
import { fault } from '../../core/failure.ts';
import { hasEnded, isOver, owesPromotion } from '../../core/rotation/rotation.ts';
import type { WorkMessage } from '../../core/rotation/work-message.ts';
import { messageForm, parseWorkMessage } from '../../core/rotation/work-message.ts';
import { takeOver } from '../drive/drive-rotation.ts';
import { isHeld } from '../drive/hold.ts';
import { NOBODY_WAITS } from '../drive/patience.ts';
import { tellTransition } from '../drive/tell-transition.ts';
import type { Services } from '../ports/services.ts';
import { rotateIfDue } from '../request/rotate-account.ts';
import { lookForLateChange } from './look-for-late-change.ts';

/** Does what a message of the queue asks for. Throws where the queue should bring it again. */
export async function handleWork(services: Services, value: unknown): Promise<void> {
  const message = parseWorkMessage(value);
  if (message === undefined) {
    const form = messageForm(value);
    return services.log.error('A queue message that no version of this app wrote was dropped', { ...form });
  }
  services.telemetry.link(message.trace);
  if (message.kind === 'account') return rotateIfDue(services, message);
  return driveByMessage(services, message);
}

async function driveByMessage(
  services: Services,
  message: WorkMessage & { kind: 'rotation' },
): Promise<void> {
  const { store, queue, timings } = services;
  const found = await store.findRotation(message.rotationId);
  if (found === undefined || isOver(found.rotation)) return;
  const ahead = message.attempt - found.rotation.attempt;
  // A driver leaves its message before it saves the row: this one came while that save was still under way.
  if (ahead === 1 && isHeld(found, timings.margin)) return queue.send(message, EARLY_DELAY);
  if (ahead !== 0) return;
  if (hasEnded(found.rotation) && !owesPromotion(found.rotation)) return lookForLateChange(services, found);
  const taken = await takeOver(services, found, NOBODY_WAITS);
  if (taken !== 'lost' && 'later' in taken) await queue.send(message, Math.ceil(taken.later) + 1);
}

/** Seconds. */
const EARLY_DELAY = 5;

/**
 * A message that the host gave up on. Messages get there also by crashes and deployments, so a rotation is failed
 * only where its row proves that nothing was sent for it; every other one is woken again.
 */
export async function handlePoison(services: Services, value: unknown): Promise<void> {
  const { log, store, queue, timings } = services;
  const message = parseWorkMessage(value);
  if (message === undefined) {
    const form = messageForm(value);
    return log.error('A message of the poison queue that no version of this app wrote was dropped', {
      ...form,
    });
  }
  services.telemetry.link(message.trace);
  if (message.kind === 'account') {
    return log.error('An account could not be handled; the next run tries it again', {
      accountId: accountId(message.account),
    });
  }
  const found = await store.findRotation(message.rotationId);
  if (found === undefined || isOver(found.rotation)) return;
  const { rotation } = found;
  const fields = { rotationId: rotation.rotationId, accountId: rotation.accountId, state: rotation.state };
  log.error('A rotation got into the poison queue', fields);
  if (rotation.state === 'started' && rotation.doubt === undefined && !rotation.everInDoubt) {
    const failure = rotation.failure ?? fault(500, 'GivenUp', 'Its queue message failed too often.');
    const failed = { ...rotation, state: 'failed' as const, failure };
    const saved = await store.saveRotation({ ...found }, failed, { seconds: 0 });
    if (saved === 'lost') return;
    tellTransition(services, rotation, failed);
  }
  await queue.send(
    { kind: 'rotation', rotationId: rotation.rotationId, attempt: rotation.attempt },
    timings.maxBackoff / 12,
  );
}
