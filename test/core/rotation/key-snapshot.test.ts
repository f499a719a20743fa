import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KeyComparison, KeySnapshot } from '../../../src/core/rotation/key-snapshot.ts';
import { compareKey, withReading } from '../../../src/core/rotation/key-snapshot.ts';

const EARLY = '2026-11-25T03:00:00.1234560Z';
const TRIMMED = '2026-11-25T03:00:00.123456Z';
const LATER = '2026-11-25T03:00:00.1234561Z';

/** `value`: stands for the digest of the primary key. */
function snapshot(primary: string | undefined, value?: string, salt = 'salt'): KeySnapshot {
  return {
    ...(primary !== undefined && { primary }),
    ...(value !== undefined && { digests: { salt, primary: value, secondary: 'other' } }),
  };
}

describe('what became of a key', () => {
  test.each<[string, KeySnapshot, KeySnapshot, KeyComparison]>([
    ['ARM-12: one instant with other digits', snapshot(EARLY), snapshot(TRIMMED), 'same'],
    ['a time that differs in the last digit that ARM writes', snapshot(EARLY), snapshot(LATER), 'changed'],
    ['ARM-15: a time that goes back', snapshot(LATER), snapshot(EARLY), 'outdated'],
    ['ARM-19: no time before and after', snapshot(undefined), snapshot(undefined), 'unproved'],
    ['ARM-19: a time where there was none', snapshot(undefined), snapshot(EARLY), 'unproved'],
    ['ARM-19: no time where there was one', snapshot(EARLY), snapshot(undefined), 'unproved'],
    ['ARM-19: 0001-01-01', snapshot(EARLY), snapshot('0001-01-01T00:00:00Z'), 'unproved'],
    ['ARM-19: a time that is none', snapshot('not a date'), snapshot('not a date'), 'unproved'],
    ['ARM-16: another value without times', snapshot(undefined, 'a'), snapshot(undefined, 'b'), 'changed'],
    ['ARM-16: the same value without times', snapshot(undefined, 'a'), snapshot(undefined, 'a'), 'same'],
    ['another value at one time', snapshot(EARLY, 'a'), snapshot(EARLY, 'b'), 'changed'],
    ['the same value at another time', snapshot(EARLY, 'a'), snapshot(LATER, 'a'), 'same'],
    ['ARM-15: another value of an earlier time', snapshot(LATER, 'a'), snapshot(EARLY, 'b'), 'outdated'],
    ['values of other salts, by their times', snapshot(EARLY, 'a'), snapshot(EARLY, 'b', 'pepper'), 'same'],
  ])('%s', (_, before, now, comparison) => {
    expect(compareKey('primary', before, now)).toBe(comparison);
  });

  test('is not told by the other key', () => {
    const before = { primary: EARLY, secondary: EARLY };

    expect(compareKey('primary', before, { primary: EARLY, secondary: LATER })).toBe('same');
  });
});

const times = fc.constantFrom(undefined, '', '0001-01-01T00:00:00Z', 'soon', EARLY, TRIMMED, LATER);
const snapshots = fc
  .tuple(
    times,
    times,
    fc.constantFrom('a', 'b'),
    fc.constantFrom('c', 'd'),
    fc.constantFrom('x', 'y', undefined),
  )
  .map(
    ([primary, secondary, one, other, salt]): KeySnapshot => ({
      ...(primary !== undefined && { primary }),
      ...(secondary !== undefined && { secondary }),
      ...(salt !== undefined && { digests: { salt, primary: one, secondary: other } }),
    }),
  );

describe('what is known after a reading', () => {
  test('ARM-15: never goes back', () => {
    fc.assert(
      fc.property(snapshots, snapshots, (known, reading) => {
        const merged = withReading(known, reading);

        expect(compareKey('primary', known, merged)).not.toBe('outdated');
        expect(compareKey('secondary', known, merged)).not.toBe('outdated');
      }),
    );
  });

  test('is the reading, but for what that leaves out or shows of an earlier state', () => {
    const known = { primary: LATER, secondary: EARLY, digests: { salt: 's', primary: 'b', secondary: 'c' } };
    const reading = { primary: EARLY, digests: { salt: 's', primary: 'a', secondary: 'c' } };

    expect(withReading(known, reading)).toEqual({ ...known, digests: { ...known.digests, past: ['a'] } });
    expect(withReading(undefined, reading)).toEqual(reading);
  });
});
