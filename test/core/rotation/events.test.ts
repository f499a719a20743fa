import { expect, test } from 'vitest';
import { fault } from '../../../src/core/failure.ts';
import { rotationEvent } from '../../../src/core/rotation/events.ts';
import { ACCOUNT_ID, AFTER, waiting } from '../support/rotations.ts';

const ID = '019abf3c-7e50-7cc1-8a52-2f6c3e1d9b40';
const KEY = {
  rotationId: ID,
  accountId: ACCOUNT_ID,
  accountName: 'roads',
  resourceGroupName: 'maps',
  subscriptionId: '21a9967a-e8a9-4656-a70b-96ff1c4d05a0',
  keyType: 'secondary',
};
const regenerated = waiting({ state: 'regenerated', after: AFTER });

test('KeyRegenerated tells which key of which account changed, when and why, and no key', () => {
  expect(rotationEvent(regenerated)).toEqual({
    id: ID,
    source: ACCOUNT_ID,
    type: 'KeyRegenerated',
    subject: 'accounts/roads/keys/secondary',
    time: AFTER.secondary,
    data: {
      ...KEY,
      keyLastUpdated: AFTER.secondary,
      otherKeyLastUpdated: AFTER.primary,
      trigger: 'timer',
      reason: 'due',
    },
  });
});

test.each([
  ['http', 'requested'],
  ['timer', 'overdue'],
  ['observed', 'observed'],
] as const)('a rotation by %s says so: %s', (trigger, reason) => {
  expect(rotationEvent({ ...regenerated, trigger, reason }).data).toMatchObject({ trigger, reason });
});

test('EVT-05: the same rotation has the same event, whenever and however often it is sent', () => {
  const later = { ...regenerated, attempt: 7, failure: fault(503, 'Http503', 'Refused.') };

  expect(rotationEvent(later)).toEqual(rotationEvent(regenerated));
});

test('times that ARM did not give are left out', () => {
  const event = rotationEvent({ ...regenerated, after: {} });

  expect(event).not.toHaveProperty('time');
  expect(Object.keys(event.data).sort()).toEqual([...Object.keys(KEY), 'reason', 'trigger'].sort());
});

test.each(['', 'yesterday', '25 Nov 2026 03:00:00 GMT', '2026-11-25T03:00:00', '2026-11-99T03:00:00Z'])(
  'a time that is not RFC 3339 is left out, as the event promises that form: %j',
  (time) => {
    const event = rotationEvent({ ...regenerated, after: { primary: time, secondary: time } });

    expect(event).toStrictEqual(rotationEvent({ ...regenerated, after: {} }));
  },
);

test('KeyRotationFailed has an id of its own, says why, and that no key was regenerated', () => {
  const failed = waiting({
    state: 'failed',
    failure: fault(404, 'NotFound', 'It is gone.', { target: 'x' }),
  });

  expect(rotationEvent(failed)).toEqual({
    id: `${ID}/failed`,
    source: ACCOUNT_ID,
    type: 'KeyRotationFailed',
    subject: 'accounts/roads/keys/secondary',
    data: {
      ...KEY,
      trigger: 'timer',
      reason: 'due',
      state: 'started',
      keyRegenerated: false,
      error: { code: 'NotFound', message: 'It is gone.' },
    },
  });
});

test('KEY-06: of keys without times the event says that their age is unknown, and no date', () => {
  const never = '0001-01-01T00:00:00Z';
  const after = { primary: never, secondary: never };

  const event = rotationEvent({ ...regenerated, trigger: 'timer', reason: 'age-unknown', after });

  expect(event.data).toMatchObject({ trigger: 'timer', reason: 'age-unknown' });
  expect(JSON.stringify(event)).not.toMatch(/LastUpdated|0001-|1970-|"time"/);
});

test('NAME-01: the source is the one spelling that the rotation was given, as it stands', () => {
  const accountId = ACCOUNT_ID.replace('maps/', 'Maps/').replace('roads', 'Roads');

  const { source, subject, data } = rotationEvent({ ...regenerated, accountId });

  expect(source).toBe(accountId);
  expect(subject).toBe('accounts/Roads/keys/secondary');
  expect(data).toMatchObject({ accountId, accountName: 'Roads', resourceGroupName: 'Maps' });
});

test('the source is a URI reference also where a resource group has letters that no URI has', () => {
  const accountId = ACCOUNT_ID.replace('/maps/', '/größe/');

  const { source, data } = rotationEvent({ ...regenerated, accountId });

  expect(source).toBe(accountId.replace('größe', 'gr%C3%B6%C3%9Fe'));
  expect(data).toMatchObject({ accountId, resourceGroupName: 'größe' });
});
