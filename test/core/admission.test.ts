import { describe, expect, test } from 'vitest';
import { admit } from '../../src/core/admission.ts';
import { rotationWith, unsettled, waiting } from './support/rotations.ts';

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
    ['is in doubt', { rotation: rotationWith({ doubt: unsettled() }), held: false }],
    ['has its POST outstanding', { rotation: rotationWith(), held: false }],
    ['another request asked for', { rotation: waiting({ trigger: 'http' }), held: false }],
    ['waits, but is just being looked at', { ...free, held: true }],
  ])('is told to come back while a rotation runs that %s', (_, other) => {
    expect(admit({ keyType: 'primary', running: other })).toEqual({
      kind: 'busy',
      rotationId: other.rotation.rotationId,
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
