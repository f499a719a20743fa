import { isInScope } from '../../core/account/scope.ts';
import type { Failure } from '../../core/failure.ts';
import { accountNotReady } from '../../core/failure.ts';
import { decide } from '../../core/policy/policy.ts';
import type { Input } from '../../core/rotation/effect.ts';
import type { RotationEvent } from '../../core/rotation/events.ts';
import type { Rotation } from '../../core/rotation/rotation.ts';
import { triesOf } from '../../core/rotation/rotation.ts';
import { knownCode } from '../../core/service-codes/index.ts';
import { findMovedAccount } from '../account/find-moved-account.ts';
import { snapshotOf } from '../account/key-snapshot.ts';
import { readAccountKeys } from '../account/read-account-keys.ts';
import { failureFields } from '../failure-fields.ts';
import type { AccountKeys, HeldRotation } from '../ports/ports.ts';
import type { Services } from '../ports/services.ts';
import { settleAll } from '../settle-all.ts';
import type { Claim } from './claim-step.ts';
import { promoteNewKey, storeNewKey, verifyNewKey } from './new-key.ts';
import type { Patience } from './patience.ts';
import { NOBODY_WAITS } from './patience.ts';

/** Does the one thing that comes next. */
export async function performEffect(
  services: Services,
  { held, effect, leasedAt, keys }: Claim,
  patience: Patience,
): Promise<[Input, AccountKeys?]> {
  const { vault, dataPlane, clock } = services;
  switch (effect.kind) {
    case 'read':
      return readAgain(services, held);
    case 'post':
      return post(services, held, leasedAt, patience);
    case 'store':
      if (vault === undefined) throw new Error('There is no vault to store a key in.');
      return storeNewKey(services, vault, held, keys);
    case 'promote':
      if (vault === undefined) throw new Error('There is no vault to store a key in.');
      return promoteNewKey(services, vault, held, keys, effect.seenToWork);
    case 'verify':
      if (dataPlane === undefined) throw new Error('There is nothing to try a key on.');
      return verifyNewKey(services, dataPlane, held, keys);
    case 'publish':
      return [await publish(services, held, effect.event)];
    case 'wait':
      await clock.sleep(effect.seconds);
      return [{ kind: 'woken', idleSeconds: effect.seconds }];
    default:
      throw new Error(`A driver performs no '${effect.kind}'.`);
  }
}

async function publish(
  { events, log }: Services,
  { rotation }: HeldRotation,
  event: RotationEvent,
): Promise<Input> {
  const failure = await events.publish(event);
  if (failure === undefined) return { kind: 'published' };
  if (knownCode(failure.code)?.slow) {
    const { rotationId, accountId, keyType } = rotation;
    const fields = { rotationId, accountId, keyType, ...failureFields(failure) };
    log.error('Event Grid does not take the event as it is', fields);
  }
  return { kind: 'publish-failed', failure };
}

async function post(
  services: Services,
  held: HeldRotation,
  leasedAt: number,
  patience: Patience,
): Promise<[Input, AccountKeys?]> {
  const { keyType, before } = held.rotation;
  const outcome = await services.maps.regenerateKey(held.account, keyType, () =>
    mayStillSend(services, held, leasedAt, patience),
  );
  if (outcome.kind !== 'regenerated') return [outcome];
  return [{ kind: 'regenerated', keys: snapshotOf(services, outcome.keys, before) }, outcome.keys];
}

/** A suspended machine's own clocks may have stood still with it, so the lease's age is also asked of the Table service. */
async function mayStillSend(
  { clock, store, timings }: Services,
  held: HeldRotation,
  leasedAt: number,
  patience: Patience,
): Promise<boolean> {
  // Once a caller can't be answered in time any more, nothing is sent for them.
  const isAwaited = () => patience === NOBODY_WAITS || patience() >= timings.postTimeout;
  const inTime = () => clock.monotonic() < leasedAt + timings.sendWindow && isAwaited();
  if (!inTime()) return false;
  const holds = await store.holdsLease(held, timings.sendWindow).catch(() => false);
  return holds && inTime();
}

async function readAgain(services: Services, held: HeldRotation): Promise<[Input, AccountKeys?]> {
  const { scopes, policy, schedule, vault } = services;
  const { rotation, account, stored } = held;
  const [outcome, unready] = await settleAll([
    readAccountKeys(services, account, rotation.uniqueId),
    vault?.ready(account, rotation.keyType),
  ]);
  if (outcome.kind === 'failed') {
    if (outcome.failure.code !== 'AccountReplaced' && outcome.failure.status === 404) {
      await lookElsewhere(services, rotation);
    }
    return [{ kind: 'read-failed', failure: outcome.failure }];
  }
  const { keys, now, facts } = outcome.value;
  const seen = snapshotOf(services, keys, rotation.before);
  const read = (against: { objection?: string; busy?: Failure } = {}): [Input, AccountKeys] => [
    { kind: 'read', keys: seen, ...against, ...(unready && { unready }) },
    keys,
  ];
  if (!isInScope(scopes, account)) return read({ objection: 'the account is no longer in ROTATION_SCOPES' });
  if (rotation.command !== 'rotate') return read();
  const decision = decide({
    facts,
    record: stored?.record,
    times: keys.times,
    settings: policy,
    schedule: schedule(now),
    now,
    force: true,
  });
  if (decision.kind === 'skip') {
    const { code, message } = decision;
    return read(code === 'NotProvisioned' ? { busy: accountNotReady(message) } : { objection: message });
  }
  const isInUse = decision.kind === 'rotate' && decision.keyType !== rotation.keyType;
  return read(isInUse ? { objection: 'by now the key counts as the one in use' } : {});
}

/** After so many readings in vain; all lists are a lot to read. */
const LOOKS_ELSEWHERE: ReadonlySet<number> = new Set([2, 10, 30, 38]);

/** An account that is gone from its address may have been moved: then the next reading is of its new one. */
async function lookElsewhere(services: Services, rotation: Rotation): Promise<void> {
  const { uniqueId } = rotation;
  if (uniqueId === undefined || !LOOKS_ELSEWHERE.has(triesOf(rotation, 'read'))) return;
  await findMovedAccount(services, uniqueId);
}
