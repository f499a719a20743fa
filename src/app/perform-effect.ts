import type { Effect, Input } from '../core/effect.ts';
import { decide } from '../core/policy.ts';
import { isInScope } from '../core/scope.ts';
import { promoteNewKey, storeNewKey, verifyNewKey } from './new-key.ts';
import type { AccountKeys, HeldRotation } from './ports.ts';
import type { Services } from './services.ts';
import { settleAll } from './settle-all.ts';

/**
 * Does the one thing that comes next. `sendBy`: the last moment to send a POST, on the monotonic clock. `keys`: what ARM
 * last said, where this driver asked.
 */
export async function performEffect(
  services: Services,
  held: HeldRotation,
  effect: Effect,
  sendBy: number,
  keys?: AccountKeys,
): Promise<[Input, AccountKeys?]> {
  const { maps, events, vault, dataPlane, clock } = services;
  switch (effect.kind) {
    case 'read':
      return readAgain(services, held);
    case 'post': {
      const { keyType } = held.rotation;
      const outcome = await maps.regenerateKey(held.account, keyType, () => clock.monotonic() < sendBy);
      if (outcome.kind !== 'regenerated') return [outcome];
      return [{ kind: 'regenerated', times: outcome.keys.times }, outcome.keys];
    }
    case 'store':
    case 'promote': {
      if (vault === undefined) throw new Error('There is no vault to store a key in.');
      const put = effect.kind === 'store' ? storeNewKey : promoteNewKey;
      return put(services, vault, held, keys);
    }
    case 'verify':
      if (dataPlane === undefined) throw new Error('There is nothing to try a key on.');
      return verifyNewKey(services, dataPlane, held, keys);
    case 'publish': {
      const failure = await events.publish(effect.event);
      return [failure === undefined ? { kind: 'published' } : { kind: 'publish-failed', failure }];
    }
    case 'wait':
      await clock.sleep(effect.seconds);
      return [{ kind: 'woken', idleSeconds: effect.seconds }];
    default:
      throw new Error(`A driver performs no '${effect.kind}'.`);
  }
}

async function readAgain(services: Services, held: HeldRotation): Promise<[Input, AccountKeys?]> {
  const { maps, scopes, policy, schedule } = services;
  const { rotation, account, stored } = held;
  const guarded = rotation.command === 'rotate';
  const [keys, facts] = await settleAll([
    maps.readKeys(account),
    guarded ? maps.readAccount(account) : undefined,
  ]);
  if (keys.kind === 'failed') return [{ kind: 'read-failed', failure: keys.failure }];
  if (facts?.kind === 'failed') return [{ kind: 'read-failed', failure: facts.failure }, keys.value.keys];
  const { times } = keys.value.keys;
  const read = (objection?: string): [Input, AccountKeys] => [
    { kind: 'read', times, ...(objection !== undefined && { objection }) },
    keys.value.keys,
  ];
  if (!isInScope(scopes, account)) return read('the account is no longer in ROTATION_SCOPES');
  if (facts === undefined) return read();
  const decision = decide({
    facts: facts.value.facts,
    record: stored?.record,
    times,
    settings: policy,
    schedule: schedule(keys.value.now),
    now: keys.value.now,
    force: true,
  });
  if (decision.kind === 'skip') return read(decision.message);
  const isInUse = decision.kind === 'rotate' && decision.keyType !== rotation.keyType;
  return isInUse ? read('by now the key counts as the one in use') : read();
}
