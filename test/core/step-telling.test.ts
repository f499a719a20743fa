import { describe, expect, test } from 'vitest';
import type { Driver, Input } from '../../src/core/effect.ts';
import type { Rotation } from '../../src/core/rotation.ts';
import { step } from '../../src/core/step.ts';
import { TIMINGS } from '../../src/core/timings.ts';
import { AFTER, CALLER, LASTING, NOBODY, PASSING, rotationWith, waiting } from './support/rotations.ts';

const { maxAttempts, verifyTries, firstVerifyPause } = TIMINGS;

const SECRET_ID = 'https://kv-maps.vault.azure.net/secrets/roads-secondary-0123/4567';
const STORES: Driver = { ...NOBODY, stores: true };
const VERIFIES: Driver = { ...NOBODY, verifies: true };
const BOTH: Driver = { ...NOBODY, stores: true, verifies: true };

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
  const refused: Input = { kind: 'unverified', failure: PASSING };

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
      rotation: { state: 'verified', verified: false, failure: PASSING },
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

    expect(effectWithin(needed)).toEqual({ kind: effect });
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
