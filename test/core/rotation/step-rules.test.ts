import { describe, expect, test } from 'vitest';
import { accountReplaced, unavailable } from '../../../src/core/failure.ts';
import type { KeySnapshot } from '../../../src/core/rotation/key-snapshot.ts';
import type { Rotation } from '../../../src/core/rotation/rotation.ts';
import { step, supersede } from '../../../src/core/rotation/step.ts';
import { TIMINGS } from '../../../src/core/rotation/timings.ts';
import {
  AFTER,
  BEFORE,
  CALLER,
  LASTING,
  NOBODY,
  PASSING,
  rotationWith,
  unsettled,
  waiting,
} from '../support/rotations.ts';

const { lease, margin, settleTimedOut, maxAttempts, postTimeout } = TIMINGS;
const http = { trigger: 'http', command: 'regenerate', reason: 'requested' } as const;
const UNSETTLED_NOW = { ...unsettled(), settleSeconds: 0 };
const doubtful = (changes: Partial<Rotation> = {}) =>
  rotationWith({ doubt: unsettled(), everInDoubt: true, failure: PASSING, ...changes });
const read = (keys: KeySnapshot = BEFORE, objection?: string) =>
  ({ kind: 'read', keys, ...(objection && { objection }) }) as const;

describe('a POST with no answer', () => {
  const unanswered = { kind: 'unanswered', failure: PASSING, settleSeconds: 10 } as const;

  test('is settled first, by the queue where nobody waits', () => {
    expect(step(rotationWith(), unanswered, NOBODY)).toMatchObject({
      rotation: { state: 'started', doubt: { kind: 'unsettled', settleSeconds: 10 }, everInDoubt: true },
      effect: { kind: 'suspend', seconds: 10 },
    });
  });

  test('is settled within the request where its caller waits for so long', () => {
    expect(step(rotationWith(http), unanswered, CALLER).effect).toEqual({ kind: 'wait', seconds: 10 });
    expect(step(rotationWith(http), unanswered, { ...CALLER, patience: 9 }).effect.kind).toBe('suspend');
  });

  test.each([
    [0, 'suspend', 10],
    [9.5, 'suspend', 0.5],
    [10, 'read', undefined],
  ])('is read once its time has passed (%d s)', (idleSeconds, kind, seconds) => {
    const { effect } = step(doubtful(), { kind: 'woken', idleSeconds }, NOBODY);

    expect(effect).toEqual(seconds === undefined ? { kind } : { kind, seconds });
  });

  test('of a driver that vanished is read only after lease, margin and with them its settling', () => {
    const idle = (idleSeconds: number) => step(rotationWith(), { kind: 'woken', idleSeconds }, NOBODY);

    expect(idle(lease + margin - 1).effect).toEqual({ kind: 'suspend', seconds: 1 });
    expect(idle(lease + margin)).toMatchObject({ effect: { kind: 'read' }, rotation: { everInDoubt: true } });
    expect(lease + margin).toBeGreaterThan(settleTimedOut);
  });

  test('was carried out where the time of its key has changed', () => {
    expect(step(doubtful(), read(AFTER), NOBODY)).toMatchObject({
      rotation: { state: 'regenerated', after: AFTER, told: false },
      effect: { kind: 'publish', event: { type: 'KeyRegenerated' } },
    });
  });

  test('was not where it is the same, and is sent again', () => {
    expect(step(doubtful(), read(), NOBODY).effect).toEqual({ kind: 'post' });
  });

  test('is not sent again where ARM answered with a lasting fault', () => {
    const next = step(doubtful({ doubt: unsettled(LASTING) }), read(), NOBODY);

    expect(next).toMatchObject({
      rotation: { state: 'failed', failure: LASTING },
      effect: { kind: 'publish' },
    });
  });

  test('that shows after the rotation has failed is told of all the same', () => {
    const failed = waiting({ state: 'failed', told: true, everInDoubt: true });

    expect(step(failed, read(AFTER), NOBODY).rotation.state).toBe('regenerated');
    expect(step(failed, read(), NOBODY)).toEqual({ rotation: failed, effect: { kind: 'end' } });
  });

  test.each([['timer'], ['http']] as const)('stays in doubt where the reading fails too (%s)', (trigger) => {
    const next = step(doubtful({ trigger }), { kind: 'read-failed', failure: PASSING }, NOBODY);

    expect(next).toMatchObject({
      rotation: { doubt: UNSETTLED_NOW },
      effect: { kind: 'suspend' },
    });
  });

  test.each([
    [403, 'suspend', 'started'],
    [404, 'publish', 'failed'],
  ] as const)('is given up after many tries only where the account is gone (%i)', (status, kind, state) => {
    const spent = doubtful({ tries: { read: maxAttempts } });
    const failure = { ...LASTING, status };

    const next = step(spent, { kind: 'read-failed', failure }, NOBODY);

    expect(next).toMatchObject({ rotation: { state }, effect: { kind } });
  });

  test('MOVE-02: is given up at once where another account has its name', () => {
    const next = step(doubtful(), { kind: 'read-failed', failure: accountReplaced() }, NOBODY);

    expect(next.rotation).toMatchObject({ state: 'failed', failure: { code: 'AccountReplaced' } });
  });

  test.each([
    ['an earlier state of the key', { ...BEFORE, secondary: '2026-01-01T00:00:00Z' }],
    ['no time of it', { primary: BEFORE.primary ?? '' }],
  ])('ARM-15, ARM-19: is neither settled nor sent again by a reading that shows %s', (_, keys) => {
    const next = step(doubtful(), read(keys), NOBODY);

    expect(next).toMatchObject({
      rotation: { state: 'started', doubt: UNSETTLED_NOW },
      effect: { kind: 'suspend' },
    });
  });

  test('is not given up for a reading that fails for good before anything is settled', () => {
    const next = step(doubtful(http), { kind: 'read-failed', failure: LASTING }, NOBODY);

    expect(next).toMatchObject({
      rotation: { state: 'started', doubt: UNSETTLED_NOW },
    });
  });
});

describe('a rotation that a request asked for', () => {
  test('is not sent with nobody waiting', () => {
    expect(step(waiting(http), { kind: 'woken', idleSeconds: 99 }, NOBODY).rotation.state).toBe('failed');
    expect(step(doubtful(http), read(), NOBODY).rotation.state).toBe('failed');
  });

  test('is not sent where its answer would come too late', () => {
    const driver = { ...CALLER, patience: postTimeout - 0.1 };

    expect(step(doubtful(http), read(), driver).rotation).toMatchObject({
      state: 'failed',
      failure: PASSING,
    });
    expect(step(doubtful(http), read(), { ...CALLER, patience: postTimeout }).effect.kind).toBe('post');
  });

  test.each([
    [4, 'wait'],
    [15, 'wait'],
    [16, 'publish'],
    [undefined, 'publish'],
  ])('waits for a Retry-After of %s s that leaves time for a POST: %s', (retryAfterSeconds, kind) => {
    const failure = { ...PASSING, status: 429, ...(retryAfterSeconds && { retryAfterSeconds }) };

    const { effect } = step(rotationWith(http), { kind: 'refused', failure }, CALLER);

    expect(effect.kind).toBe(kind);
  });
});

describe('a rotation of the timer', () => {
  test.each([
    ['refused for now', { kind: 'refused', failure: PASSING } as const],
    ['where ARM can not be read', { kind: 'read-failed', failure: PASSING } as const],
  ])('comes back later %s', (_, input) => {
    expect(step(waiting(), input, NOBODY)).toMatchObject({
      rotation: { state: 'started', attempt: 2 },
      effect: { kind: 'suspend' },
    });
  });

  test('comes back when ARM asks for it, within a day', () => {
    const delayed = (seconds: number) =>
      step(
        waiting(),
        { kind: 'refused', failure: unavailable('Http429', '', { retryAfterSeconds: seconds }) },
        NOBODY,
      ).effect;

    expect(delayed(4_000)).toEqual({ kind: 'suspend', seconds: 4_000 });
    expect(delayed(400_000)).toEqual({ kind: 'suspend', seconds: TIMINGS.maxRetryAfter });
  });

  test('is given up after many attempts, or for a lasting fault', () => {
    const spent = step(
      waiting({ tries: { regenerate: maxAttempts } }),
      { kind: 'refused', failure: PASSING },
      NOBODY,
    );
    const lasting = step(waiting(), { kind: 'refused', failure: LASTING }, NOBODY);

    for (const next of [spent, lasting])
      expect(next).toMatchObject({
        rotation: { state: 'failed' },
        effect: { kind: 'publish', event: { type: 'KeyRotationFailed' } },
      });
  });

  test.each([
    ['its own key was changed by others', AFTER, undefined],
    ['the other key was changed by others', { ...BEFORE, primary: AFTER.secondary ?? '' }, undefined],
    ['the policy no longer wants it', BEFORE, 'opted out'],
  ])('is superseded, told to nobody, where %s', (_, times, objection) => {
    expect(step(waiting(), read(times, objection), NOBODY)).toMatchObject({
      rotation: { state: 'failed', told: true, failure: { code: 'Superseded' } },
      effect: { kind: 'end' },
    });
  });

  test('that an order takes the place of is over at once', () => {
    expect(supersede(waiting(), 'of an order', TIMINGS)).toMatchObject({ state: 'failed', told: true });
  });
});
