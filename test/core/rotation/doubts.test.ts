import { expect, test } from 'vitest';
import { unavailable } from '../../../src/core/failure.ts';
import { afterRotation, newAccountRecord } from '../../../src/core/rotation/account-record.ts';
import { startRotation } from '../../../src/core/rotation/rotation.ts';
import { step } from '../../../src/core/rotation/step.ts';
import { NOBODY } from '../support/rotations.ts';

const ACCOUNT = {
  subscriptionId: '21a9967a-e8a9-4656-a70b-96ff1c4d05a0',
  resourceGroupName: 'rg-maps',
  accountName: 'map-a',
};
const BEFORE = { primary: '2026-01-01T00:00:00Z', secondary: '2026-01-01T00:00:00Z' };

function rotation(rotationId: string, trigger: 'http' | 'timer') {
  return startRotation({
    rotationId,
    accountId: newAccountRecord(ACCOUNT).accountId,
    keyType: 'primary',
    command: trigger === 'http' ? 'regenerate' : 'rotate',
    trigger,
    reason: trigger === 'http' ? 'requested' : 'due',
    before: BEFORE,
  });
}

test('an account remembers one doubt for a key and its value, however many requests failed in doubt', () => {
  let record = newAccountRecord(ACCOUNT);

  for (let i = 0; i < 500; i++) {
    const failed = { ...rotation(`rotation-${i}`, 'http'), state: 'failed' as const, everInDoubt: true };
    record = afterRotation(record, failed, '');
  }

  expect(record.doubts).toEqual([{ rotationId: 'rotation-499', keyType: 'primary', before: BEFORE }]);
});

test.for([
  ['the first time it is sent again at once', 0, 'post'],
  ['from then on ARM is left alone for longer', 1, 'suspend'],
] as const)('a POST of the timer that came to nothing: %s', ([, regenerate, effect]) => {
  const failure = unavailable('InternalServerError', 'ARM answered 500.');
  const doubt = { kind: 'unsettled' as const, settleSeconds: 0, failure };
  const unsettled = { ...rotation('rotation-1', 'timer'), tries: { regenerate }, doubt, everInDoubt: true };

  const next = step(unsettled, { kind: 'read', keys: BEFORE }, NOBODY);

  expect(next.effect.kind).toBe(effect);
  if (next.effect.kind === 'suspend') expect(next.effect.seconds).toBeGreaterThanOrEqual(30);
});
