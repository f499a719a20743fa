import { describe, expect, test } from 'vitest';
import { admit, REPEATABILITY_SECONDS, refuseFirstSent } from '../../../src/core/rotation/admission.ts';
import { rotationWith, unsettled, waiting } from '../support/rotations.ts';

const first = { rotationId: 'first', keyType: 'primary' } as const;
const second = { rotationId: 'second', keyType: 'primary' } as const;
const running = { rotation: rotationWith(), held: true };
const free = { rotation: waiting(), held: false };

describe('a request for a key', () => {
  test('starts a rotation where none runs', () => {
    expect(admit({ keyType: 'primary' })).toEqual({ kind: 'start' });
  });

  test.each([
    ['a driver is at work on', running],
    ['another request asked for', { rotation: waiting({ trigger: 'http' }), held: false }],
    ['waits, but is just being looked at', { ...free, held: true }],
  ])('is told to come back while a rotation runs that %s', (_, other) => {
    expect(admit({ keyType: 'primary', running: other })).toEqual({
      kind: 'busy',
      rotationId: other.rotation.rotationId,
    });
  });

  test.each([
    ['is in doubt', rotationWith({ doubt: unsettled() })],
    ['had its POST outstanding when its driver died', rotationWith()],
    ['another request left in doubt', rotationWith({ trigger: 'http', doubt: unsettled() })],
  ])('ARM-23: settles a rotation first that %s and that no driver holds', (_, rotation) => {
    expect(admit({ keyType: 'primary', running: { rotation, held: false } })).toEqual({
      kind: 'settle',
      rotation,
    });
  });

  test('takes the place of a rotation of the timer that waits with nothing sent', () => {
    expect(admit({ keyType: 'primary', running: free })).toEqual({
      kind: 'supersede',
      rotation: free.rotation,
    });
  });
});

describe('a repeated request', () => {
  test.each([
    ['under its Repeatability-Request-ID', { repeated: first }, 'first'],
    ["under the client's request id", { resent: second }, 'second'],
    ['under both', { repeated: first, resent: second }, 'first'],
  ])('joins the first one, %s, also while that runs', (_, known, rotationId) => {
    expect(admit({ keyType: 'primary', ...known })).toEqual({ kind: 'join', rotationId });
    expect(admit({ keyType: 'primary', ...known, running })).toEqual({ kind: 'join', rotationId });
  });

  test('under the same Repeatability-Request-ID for the other key is rejected, whatever else is known', () => {
    const known = { repeated: first, resent: { ...second, keyType: 'secondary' } as const, running };

    expect(admit({ keyType: 'secondary', ...known })).toEqual({ kind: 'reject-repeated' });
  });
});

describe('the moment at which a repeatable request was first sent', () => {
  const now = Date.parse('2026-11-25T03:00:00Z');
  const hours = (count: number) => count * 3_600_000;

  test.each([
    ['a day ago', now - hours(24)],
    ['now', now],
    ['some minutes ahead, by a clock that is wrong', now + hours(0.1)],
  ])('is taken where it is %s', (_, firstSent) => {
    expect(refuseFirstSent(firstSent, now)).toBeUndefined();
  });

  test.each([
    [412, 'longer ago than a day', now - hours(24.2)],
    [400, 'in the future', now + hours(0.2)],
  ])('is refused with %i where it is %s', (status, _, firstSent) => {
    expect(refuseFirstSent(firstSent, now)).toMatchObject({
      status,
      target: 'Repeatability-First-Sent',
    });
  });

  test('is not taken any more once the id of its request may be forgotten', () => {
    const clockAhead = hours(1 / 6);
    const writtenAt = now;

    expect(refuseFirstSent(now + clockAhead, writtenAt)).toBeUndefined();
    expect(refuseFirstSent(now + clockAhead, writtenAt + REPEATABILITY_SECONDS * 1000)?.status).toBe(412);
  });
});
