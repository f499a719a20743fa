import { describe, expect, test } from 'vitest';
import { fault, keyNotAccepted } from '../../../src/core/failure.ts';
import type { Driver, Input } from '../../../src/core/rotation/effect.ts';
import type { Rotation } from '../../../src/core/rotation/rotation.ts';
import { isOver } from '../../../src/core/rotation/rotation.ts';
import { step } from '../../../src/core/rotation/step.ts';
import { TIMINGS } from '../../../src/core/rotation/timings.ts';
import {
  AFTER,
  BEFORE,
  CALLER,
  LASTING,
  NOBODY,
  PASSING,
  rotationWith,
  waiting,
} from '../support/rotations.ts';

const { maxAttempts, verifyTries, firstVerifyPause } = TIMINGS;

const SECRET_ID = 'https://kv-maps.vault.azure.net/secrets/roads-secondary-0123/4567';
const STORES: Driver = { ...NOBODY, stores: true };
const VERIFIES: Driver = { ...NOBODY, verifies: true };
const BOTH: Driver = { ...NOBODY, stores: true, verifies: true };

const REFUSED = keyNotAccepted(401, 'Azure Maps does not know the key.');
const THROTTLED = fault(429, 'TooManyRequests', 'Later.', { passing: true, retryAfterSeconds: 45 });

const regenerated = waiting({ state: 'regenerated', after: AFTER });

describe('telling', () => {
  test('goes on until Event Grid accepts it, however often it is tried', () => {
    const next = step(
      { ...regenerated, attempt: 10 * maxAttempts },
      { kind: 'publish-failed', failure: PASSING },
      NOBODY,
    );

    expect(next).toMatchObject({
      rotation: { state: 'regenerated', told: false },
      effect: { kind: 'suspend' },
    });
    expect(step(regenerated, { kind: 'woken', idleSeconds: 0 }, NOBODY).effect.kind).toBe('publish');
  });

  test('completes the rotation, and what kept it back is forgotten', () => {
    const { rotation, effect } = step(regenerated, { kind: 'published' }, NOBODY);

    expect(rotation).toMatchObject({ state: 'completed', told: true });
    expect(rotation).not.toHaveProperty('failure');
    expect(effect).toEqual({ kind: 'end' });
  });

  test('of a failure keeps why it failed', () => {
    const failed = waiting({ state: 'failed', failure: LASTING });

    expect(step(failed, { kind: 'publish-failed', failure: PASSING }, NOBODY).rotation.failure).toBe(LASTING);
    expect(step(failed, { kind: 'published' }, NOBODY).rotation).toMatchObject({
      told: true,
      failure: LASTING,
    });
  });

  test('stores the key, tries it, makes it the current one, and then sends the event', () => {
    const posted = step(rotationWith(), { kind: 'regenerated', keys: AFTER }, BOTH);
    const stored = step(posted.rotation, { kind: 'stored', secretId: SECRET_ID }, BOTH);
    const verified = step(stored.rotation, { kind: 'verified' }, BOTH);
    const promoted = step(verified.rotation, { kind: 'promoted' }, BOTH);

    expect(
      [posted, stored, verified, promoted].map(({ rotation: { state }, effect: { kind } }) => [state, kind]),
    ).toEqual([
      ['regenerated', 'store'],
      ['stored', 'verify'],
      ['verified', 'promote'],
      ['verified', 'publish'],
    ]);
    expect(promoted.effect).toMatchObject({ event: { data: { secretId: SECRET_ID, verified: true } } });
    expect(step(promoted.rotation, { kind: 'published' }, BOTH).rotation).toMatchObject({
      state: 'completed',
      secretId: SECRET_ID,
      verified: true,
    });
  });

  test.each([
    ['only stores', STORES, ['store', 'promote', 'publish']],
    ['only tries', VERIFIES, ['verify', 'publish']],
    ['does neither', NOBODY, ['publish']],
  ] as const)('an app that %s leaves the rest out', (_, driver, effects) => {
    const inputs: Record<string, Input> = {
      store: { kind: 'stored', secretId: SECRET_ID },
      verify: { kind: 'verified' },
      promote: { kind: 'promoted' },
    };
    let next = step(rotationWith(), { kind: 'regenerated', keys: AFTER }, driver);
    const seen = [next.effect.kind];
    for (let input = inputs[next.effect.kind]; input !== undefined; input = inputs[next.effect.kind]) {
      next = step(next.rotation, input, driver);
      seen.push(next.effect.kind);
    }

    expect(seen).toEqual(effects);
  });

  test('a failure is told without storing or trying anything', () => {
    const failed = step(waiting(), { kind: 'refused', failure: LASTING }, BOTH);

    expect(failed).toMatchObject({ rotation: { state: 'failed' }, effect: { kind: 'publish' } });
  });

  test('goes on after a crash with what is not done yet', () => {
    const woken: Input = { kind: 'woken', idleSeconds: 60 };
    const stored: Rotation = { ...regenerated, state: 'stored', secretId: SECRET_ID };

    expect(step(regenerated, woken, BOTH).effect.kind).toBe('store');
    expect(step(stored, woken, BOTH).effect.kind).toBe('verify');
    expect(step({ ...stored, state: 'verified' }, woken, BOTH).effect.kind).toBe('promote');
    expect(step({ ...stored, state: 'verified', promoted: true }, woken, BOTH).effect.kind).toBe('publish');
  });

  test('a settled change is stored and tried as a confirmed one', () => {
    const doubtful = rotationWith({ everInDoubt: true });

    expect(step(doubtful, { kind: 'read', keys: AFTER }, BOTH).effect.kind).toBe('store');
  });
});

describe('a new key that can not be stored', () => {
  test('keeps the event back for as long as it takes, and shows why', () => {
    const next = step(
      { ...regenerated, attempt: 10 * maxAttempts },
      { kind: 'store-failed', failure: PASSING },
      STORES,
    );

    expect(next).toMatchObject({
      rotation: { state: 'regenerated', failure: PASSING },
      effect: { kind: 'suspend' },
    });
  });

  test('does not make a caller wait', () => {
    const next = step(regenerated, { kind: 'store-failed', failure: PASSING }, { ...CALLER, stores: true });

    expect(next.effect.kind).toBe('suspend');
  });

  test('goes on with the trial once it is stored, and what kept it back is forgotten', () => {
    const waited: Rotation = { ...regenerated, failure: PASSING };

    const next = step(waited, { kind: 'stored', secretId: SECRET_ID }, BOTH);

    expect(next.rotation).not.toHaveProperty('failure');
  });
});

describe('a new key that Azure Maps refuses', () => {
  const refused: Input = { kind: 'unverified', failure: REFUSED };

  test('is tried again after a growing pause, and then announced as not verified', () => {
    const pauses: number[] = [];
    let next = step(regenerated, refused, VERIFIES);
    while (next.effect.kind === 'suspend') {
      pauses.push(next.effect.seconds);
      next = step(next.rotation, refused, VERIFIES);
    }

    expect(pauses).toEqual([1, 2, 4, 8, 16].map((factor) => factor * firstVerifyPause));
    expect(pauses).toHaveLength(verifyTries - 1);
    expect(next).toMatchObject({
      rotation: { state: 'verified', verified: false, failure: REFUSED },
      effect: { kind: 'publish', event: { type: 'KeyRegenerated', data: { verified: false } } },
    });
  });

  test('and accepts later is announced as verified', () => {
    const { rotation } = step(regenerated, refused, VERIFIES);

    const next = step(rotation, { kind: 'verified' }, VERIFIES);

    expect(next.effect).toMatchObject({ kind: 'publish', event: { data: { verified: true } } });
    expect(next.rotation).not.toHaveProperty('failure');
  });
});

describe('WAIT-01: a new key about which Azure Maps can not be asked', () => {
  const throttled: Input = { kind: 'unverified', failure: THROTTLED };
  const tried = (inputs: readonly Input[], from: Rotation = regenerated) => {
    const pauses: number[] = [];
    let next = { rotation: from, effect: { kind: 'verify' } } as ReturnType<typeof step>;
    for (const input of inputs) {
      next = step(next.rotation, input, BOTH);
      if (next.effect.kind === 'suspend') pauses.push(next.effect.seconds);
    }
    return { ...next, pauses };
  };
  const times = (n: number, input: Input) => Array.from({ length: n }, () => input);

  test('is tried again when it asks for it, and then announced without a word of it', () => {
    const { rotation, effect, pauses } = tried(times(verifyTries, throttled));

    expect(pauses).toEqual(times(verifyTries - 1, throttled).map(() => 45));
    expect(rotation).toMatchObject({ state: 'verified', failure: THROTTLED });
    expect(effect).toMatchObject({ kind: 'publish', event: { type: 'KeyRegenerated' } });
    expect(rotation).not.toHaveProperty('verified');
  });

  test('does not keep its event back for hours', () => {
    const hours: Input = { kind: 'unverified', failure: { ...THROTTLED, retryAfterSeconds: 7200 } };

    expect(tried([hours]).pauses).toEqual([TIMINGS.longestVerifyWait]);
  });

  test('is announced as not verified where it was refused before or after', () => {
    const refused: Input = { kind: 'unverified', failure: REFUSED };

    for (const inputs of [
      [refused, ...times(verifyTries - 1, throttled)],
      [...times(verifyTries - 1, throttled), refused],
    ]) {
      expect(tried(inputs).rotation).toMatchObject({ verified: false, failure: REFUSED });
    }
  });

  test('does not take the place of a current key that lives before it was seen to work', () => {
    const stored: Rotation = { ...regenerated, state: 'stored', secretId: SECRET_ID };

    const untried = tried(times(verifyTries, throttled), stored);
    const deferred = step(untried.rotation, { kind: 'promotion-deferred' }, BOTH);
    const announced = step(deferred.rotation, { kind: 'published' }, BOTH);
    const later = tried(
      [{ kind: 'unverified', failure: { ...THROTTLED, retryAfterSeconds: 7200 } }],
      announced.rotation,
    );

    expect(untried.effect).toEqual({ kind: 'promote', seenToWork: false });
    expect(announced).toMatchObject({ rotation: { state: 'completed' }, effect: { kind: 'suspend' } });
    expect(isOver(announced.rotation)).toBe(false);
    expect(later.pauses).toEqual([7200]);
  });
});

describe('KV-04 a key that Azure Maps did not take in time', () => {
  const stored: Rotation = { ...regenerated, state: 'verified', secretId: SECRET_ID, verified: false };
  const told: Rotation = { ...stored, state: 'completed', told: true, tries: { verify: verifyTries } };
  const woken: Input = { kind: 'woken', idleSeconds: 60 };

  test('is announced, and becomes the current one once it works', () => {
    const asked = step(stored, woken, BOTH);
    const deferred = step(asked.rotation, { kind: 'promotion-deferred' }, BOTH);
    const announced = step(deferred.rotation, { kind: 'published' }, BOTH);
    const tried = step(announced.rotation, woken, BOTH);
    const works = step(tried.rotation, { kind: 'verified' }, BOTH);
    const promoted = step(works.rotation, { kind: 'promoted' }, BOTH);

    expect(asked.effect).toEqual({ kind: 'promote', seenToWork: false });
    expect(deferred.effect).toMatchObject({ kind: 'publish', event: { data: { verified: false } } });
    expect(announced).toMatchObject({
      rotation: { state: 'completed', told: true },
      effect: { kind: 'suspend' },
    });
    expect(isOver(announced.rotation)).toBe(false);
    expect(tried.effect.kind).toBe('verify');
    expect(works.effect).toEqual({ kind: 'promote', seenToWork: true });
    expect(promoted.effect.kind).toBe('end');
    expect(isOver(promoted.rotation)).toBe(true);
  });

  test('is tried after growing pauses for about a week, and then no more', () => {
    const refused: Input = { kind: 'unverified', failure: REFUSED };
    const pauses: number[] = [];
    let next = step(told, refused, BOTH);
    while (next.effect.kind === 'suspend') {
      pauses.push(next.effect.seconds);
      next = step(next.rotation, refused, BOTH);
    }

    const days = pauses.reduce((sum, seconds) => sum + seconds, 0) / 86_400;
    expect(pauses[0]).toBe(2 * 2 ** verifyTries);
    expect(Math.max(...pauses)).toBe(TIMINGS.maxBackoff);
    expect(days).toBeGreaterThan(6.5);
    expect(days).toBeLessThan(8);
    expect(next).toMatchObject({ rotation: { promoted: false }, effect: { kind: 'end' } });
    expect(isOver(next.rotation)).toBe(true);
  });

  test('is left alone once another one took its place, or there is no vault any more', () => {
    expect(step(told, { kind: 'key-gone' }, BOTH)).toMatchObject({
      rotation: { promoted: true },
      effect: { kind: 'end' },
    });
    expect(step(told, woken, VERIFIES)).toMatchObject({
      rotation: { promoted: false },
      effect: { kind: 'end' },
    });
  });

  test('is promoted untried where trying was switched off since', () => {
    expect(step(told, woken, STORES).effect).toEqual({ kind: 'promote', seenToWork: true });
    expect(step(stored, woken, STORES).effect).toEqual({ kind: 'promote', seenToWork: true });
  });

  test('and that the vault does not take then is stored later', () => {
    expect(step(told, { kind: 'store-failed', failure: PASSING }, BOTH).effect.kind).toBe('suspend');
  });
});

test('KV-02 a vault that can take no key by now keeps a waiting rotation from its POST', () => {
  const read: Input = { kind: 'read', keys: BEFORE, unready: PASSING };

  const byTimer = step(waiting({ trigger: 'timer' }), read, BOTH);
  const byCaller = step(waiting({ trigger: 'http' }), read, { ...CALLER, ...BOTH, patience: 20 });

  expect(byTimer).toMatchObject({ rotation: { state: 'started' }, effect: { kind: 'suspend' } });
  expect(byCaller).toMatchObject({ rotation: { state: 'failed', failure: PASSING } });
});

test('a key that another one replaced once it was stored does not become the current one', () => {
  const stored: Rotation = { ...regenerated, state: 'stored', secretId: SECRET_ID };

  expect(step(stored, { kind: 'key-gone' }, BOTH).effect.kind).toBe('publish');
});

describe('a caller who has not long to wait', () => {
  const { callTimeout } = TIMINGS;

  test.each([
    ['stored', callTimeout, 'store'],
    ['tried', callTimeout / 2, 'verify'],
    ['the current one', callTimeout, 'promote'],
  ] as const)('gets his key before it is %s', (_, needed, effect) => {
    const state = effect === 'store' ? 'regenerated' : effect === 'verify' ? 'stored' : 'verified';
    const rotation: Rotation = { ...regenerated, state, secretId: SECRET_ID };
    const woken: Input = { kind: 'woken', idleSeconds: 0 };
    const effectWithin = (patience: number) => step(rotation, woken, { ...BOTH, patience }).effect;

    expect(effectWithin(needed)).toMatchObject({ kind: effect });
    expect(effectWithin(needed - 0.1)).toEqual({ kind: 'suspend', seconds: 0 });
    expect(effectWithin(-1)).toEqual({ kind: 'suspend', seconds: 0 });
  });

  test('has its event sent all the same', () => {
    const posted = step(rotationWith(), { kind: 'regenerated', keys: AFTER }, { ...CALLER, patience: -1 });

    expect(posted.effect.kind).toBe('publish');
  });
});

test('a key whose place another one took is announced without secret and trial', () => {
  const next = step(regenerated, { kind: 'key-gone' }, BOTH);

  expect(next.effect).toMatchObject({ kind: 'publish', event: { type: 'KeyRegenerated' } });
  if (next.effect.kind !== 'publish') return;
  expect(next.effect.event.data).not.toHaveProperty('secretId');
  expect(next.effect.event.data).not.toHaveProperty('verified');
});
