import { describe, expect, test } from 'vitest';
import { step } from '../../src/core/step.ts';
import { TIMINGS } from '../../src/core/timings.ts';
import { AFTER, LASTING, NOBODY, PASSING, waiting } from './support/rotations.ts';

const { maxAttempts } = TIMINGS;

describe('telling', () => {
  const regenerated = waiting({ state: 'regenerated', after: AFTER });

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
});
