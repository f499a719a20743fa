import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KeyRegeneratedEvent } from '../../src/subscriber/index.ts';
import { isLater, isNewer } from '../../src/subscriber/index.ts';
import { REGENERATED } from './samples.ts';

function updatedAt(keyLastUpdated?: string): KeyRegeneratedEvent {
  const { keyLastUpdated: _, ...data } = REGENERATED.data;
  return { ...REGENERATED, data: { ...data, ...(keyLastUpdated !== undefined && { keyLastUpdated }) } };
}

test.each([
  ['a later second', '2026-11-25T16:31:23Z', '2026-11-25T16:31:22Z', true],
  ['an earlier second', '2026-11-25T16:31:21Z', '2026-11-25T16:31:22Z', false],
  ['a repeat', '2026-11-25T16:31:22.3184321Z', '2026-11-25T16:31:22.3184321Z', false],
  ['a later seventh digit', '2026-11-25T16:31:22.3184322Z', '2026-11-25T16:31:22.3184321Z', true],
  ['an earlier seventh digit', '2026-11-25T16:31:22.3184320Z', '2026-11-25T16:31:22.3184321Z', false],
  ['fewer digits of the same time', '2026-11-25T16:31:22.5Z', '2026-11-25T16:31:22.5000000Z', false],
  ['no digits, and later than some', '2026-11-25T16:31:23Z', '2026-11-25T16:31:22.9999999Z', true],
  ['the same time elsewhere', '2026-11-25T17:31:22.1234567+01:00', '2026-11-25T16:31:22.1234567Z', false],
  ['a later time elsewhere', '2026-11-25T17:31:22.1234568+01:00', '2026-11-25T16:31:22.1234567Z', true],
])('%s: %s after %s is %s', (_, now, known, expected) => {
  expect(isNewer(updatedAt(now), known)).toBe(expected);
});

test('where nothing is known yet, every event is news', () => {
  expect(isNewer(updatedAt('2026-11-25T16:31:22Z'), undefined)).toBe(true);
  expect(isNewer(updatedAt('2026-11-25T16:31:22Z'), 'unreadable')).toBe(true);
  expect(isNewer(updatedAt('2026-11-25T16:31:22Z'), null)).toBe(true);
  expect(isNewer(updatedAt('2026-11-25T16:31:22Z'), '0001-01-01T00:00:00Z')).toBe(true);
  expect(isNewer(updatedAt(), undefined)).toBe(true);
});

test('an event without a time is older than all that is known', () => {
  expect(isNewer(updatedAt(), '2026-11-25T16:31:22Z')).toBe(false);
});

test.each([
  ['2026-11-25T16:31:22.0000001Z', '2026-11-25T16:31:22Z', true],
  ['2026-11-25T16:31:22Z', '2026-11-25T16:31:22Z', false],
  ['2026-11-25T16:31:22Z', undefined, true],
  [undefined, '2026-11-25T16:31:22Z', false],
  [undefined, undefined, false],
  ['2026-11-25T16:31:22Z', null, true],
  [null, '2026-11-25T16:31:22Z', false],
  ['2026-11-25T16:31:22Z', '0001-01-01T00:00:00Z', true],
  ['0001-01-01T00:00:00Z', undefined, false],
])('%s is later than %s: %s', (time, than, expected) => {
  expect(isLater(time, than)).toBe(expected);
});

test('whatever the order and the repeats, the newest key is applied last', () => {
  const times = fc.uniqueArray(fc.integer({ min: 0, max: 99_999_999 }), { minLength: 1, maxLength: 20 });
  const deliveries = times.chain((ticks) =>
    fc.record({
      ticks: fc.constant(ticks),
      order: fc.shuffledSubarray([...ticks, ...ticks], { minLength: ticks.length }),
    }),
  );

  fc.assert(
    fc.property(deliveries, ({ order }) => {
      const toTime = (tick: number) =>
        `2026-11-25T16:31:${String(Math.floor(tick / 1e7)).padStart(2, '0')}.${String(tick % 1e7).padStart(7, '0')}Z`;
      const applied: string[] = [];
      for (const time of order.map(toTime)) if (isNewer(updatedAt(time), applied.at(-1))) applied.push(time);

      expect(applied.at(-1)).toBe(toTime(Math.max(...order)));
      expect(applied).toStrictEqual([...new Set(applied)].sort());
    }),
  );
});
