import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Driver, Input, Step } from '../../src/core/effect.ts';
import type { Rotation } from '../../src/core/rotation.ts';
import { isOver } from '../../src/core/rotation.ts';
import { step } from '../../src/core/step.ts';
import { TIMINGS } from '../../src/core/timings.ts';
import { drivers, inputs, rotations } from './support/rotations.ts';

const RUNS = { numRuns: 3_000 };
const EFFECTS = ['read', 'post', 'store', 'verify', 'promote', 'publish', 'wait', 'suspend', 'end'];

function always(property: (next: Step, before: Rotation, input: Input, driver: Driver) => void): void {
  fc.assert(
    fc.property(rotations, inputs, drivers, (rotation, input, driver) => {
      property(step(rotation, input, driver), rotation, input, driver);
    }),
    RUNS,
  );
}

describe('whatever a row holds and a driver learns,', () => {
  test('there is one next step', () => {
    always(({ effect, rotation }, before) => {
      expect(EFFECTS).toContain(effect.kind);
      expect({ ...rotation, ...variable }).toEqual({ ...before, ...variable });
    });
  });

  test('the same step comes of the same input', () => {
    always((next, before, input, driver) => {
      expect(step(before, input, driver)).toEqual(next);
    });
  });

  test('no input is changed', () => {
    always((_, before, input, driver) => {
      const copy = structuredClone({ before, input });

      step(before, input, driver);

      expect({ before, input }).toEqual(copy);
    });
  });

  test('a POST comes of a reading alone, with its intent saved, nothing changed and someone to send it for', () => {
    always(({ effect, rotation }, before, input, { patience }) => {
      if (effect.kind !== 'post') return;
      expect(input).toMatchObject({ kind: 'read', times: before.before });
      expect(rotation).toMatchObject({ state: 'started', doubt: { kind: 'sending' } });
      expect(before.state).toBe('started');
      expect(before.trigger === 'timer' || patience >= TIMINGS.postTimeout).toBe(true);
    });
  });

  test('a delay is a number of seconds that a queue can hold, and a wait is within the patience', () => {
    always(({ effect }, before, input, { patience }) => {
      const asked = [before.doubt, input].map((part) =>
        part && 'settleSeconds' in part ? part.settleSeconds : 0,
      );
      if (effect.kind === 'wait') expect(effect.seconds).toBeLessThanOrEqual(patience);
      if (effect.kind !== 'wait' && effect.kind !== 'suspend') return;
      expect(effect.seconds).toBeGreaterThanOrEqual(0);
      expect(effect.seconds).toBeLessThanOrEqual(Math.max(TIMINGS.maxRetryAfter, ...asked));
    });
  });

  test('each suspension has an attempt of its own, and nothing else has', () => {
    always(({ effect, rotation }, before) => {
      expect(rotation.attempt).toBe(before.attempt + (effect.kind === 'suspend' ? 1 : 0));
    });
  });

  test('only what is over ends', () => {
    always(({ effect, rotation }, _, input) => {
      if (effect.kind !== 'end' || input.kind === 'published') return;
      expect(isOver(rotation)).toBe(true);
    });
  });

  test('a key is held for regenerated only where ARM said so, or a reading shows it after a POST in doubt', () => {
    always(({ rotation }, before, input) => {
      if (rotation.state !== 'regenerated' || before.state === 'regenerated') return;
      if (input.kind === 'regenerated') return;
      expect(input.kind).toBe('read');
      expect(before.everInDoubt).toBe(true);
      expect(rotation.after?.[before.keyType]).not.toBe(before.before[before.keyType]);
    });
  });

  test('doubt once had is never forgotten', () => {
    always(({ rotation }, before, input) => {
      expect(rotation.everInDoubt).toBe(before.everInDoubt || rotation.everInDoubt);
      if (input.kind === 'unanswered') expect(rotation.everInDoubt).toBe(true);
    });
  });
});

/** What a step may change; all else says what the rotation is. */
const variable = {
  state: undefined,
  attempt: undefined,
  after: undefined,
  doubt: undefined,
  everInDoubt: undefined,
  failure: undefined,
  told: undefined,
  secretId: undefined,
  promoted: undefined,
  verified: undefined,
  verifyTries: undefined,
};
