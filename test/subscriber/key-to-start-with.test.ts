import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KeyTimes } from '../../src/core/account/key-type.ts';
import { keyInUse } from '../../src/core/policy/policy.ts';
import type { Policy } from '../../src/core/policy/policy-settings.ts';
import { newAccountRecord } from '../../src/core/rotation/account-record.ts';
import { keyToStartWith } from '../../src/subscriber/index.ts';

const NEW = newAccountRecord({
  subscriptionId: '21a9967a-e8a9-4656-a70b-96ff1c4d05a0',
  resourceGroupName: 'maps',
  accountName: 'roads',
});

const first = (primary: string | null | undefined, secondary: string | null | undefined) =>
  keyToStartWith({ primaryKeyLastUpdated: primary, secondaryKeyLastUpdated: secondary });

describe('ARM-11: the key to start with', () => {
  const at = '2026-11-25T16:31:22.3184321Z';
  const later = '2026-11-25T16:32:22.3184322Z';
  const never = '0001-01-01T00:00:00Z';

  test.each<[string, string | null | undefined, string | null | undefined, 'primary' | 'secondary']>([
    ['a new account, 54 µs apart', at, '2026-11-25T16:31:22.3184861Z', 'primary'],
    [
      'a new account, 78 µs apart, zeros cut off',
      '2026-11-25T16:31:22.318422Z',
      '2026-11-25T16:31:22.3185Z',
      'primary',
    ],
    ['one time, with and without zeros', '2026-11-25T16:31:22.5000000Z', '2026-11-25T16:31:22.5Z', 'primary'],
    ['the last digit of a minute', at, '2026-11-25T16:32:22.3184321Z', 'primary'],
    ['the last digit of a minute, the other way', '2026-11-25T16:32:22.3184321Z', at, 'primary'],
    ['over a minute', at, later, 'secondary'],
    ['over a minute, the other way', later, at, 'primary'],
    ['one time in two zones', at, '2026-11-25T17:31:22.3184321+01:00', 'primary'],
    ['no times', undefined, undefined, 'primary'],
    ['null', null, null, 'primary'],
    ['empty', '', '', 'primary'],
    ['year 1', never, never, 'primary'],
    ['no time in two ways', undefined, never, 'primary'],
    ['none of the primary', undefined, at, 'secondary'],
    ['null for the primary', null, at, 'secondary'],
    ['year 1 for the primary', never, at, 'secondary'],
    ['none of the secondary', at, undefined, 'primary'],
    ['year 1 for the secondary', at, never, 'primary'],
    ['what is no time', 'soon', at, 'secondary'],
  ])('%s', (_, primary, secondary, expected) => {
    expect(first(primary, secondary)).toBe(expected);
  });

  test('by the answer of listKeys as it comes, keys and all', () => {
    const answer = {
      primaryKey: 'a',
      secondaryKey: 'b',
      primaryKeyLastUpdated: at,
      secondaryKeyLastUpdated: later,
    };

    expect(keyToStartWith(answer)).toBe('secondary');
    expect(keyToStartWith({})).toBe('primary');
  });
});

const TICKS_A_SECOND = 10_000_000;
const BASE = Date.UTC(2018, 0, 1);

/** Ticks since then, as ARM writes them: seven digits of a second at most, trailing zeros cut off. */
function toTime(ticks: number): string {
  const second = new Date(BASE + Math.floor(ticks / TICKS_A_SECOND) * 1000).toISOString().slice(0, 19);
  const digits = String(ticks % TICKS_A_SECOND)
    .padStart(7, '0')
    .replace(/0+$/, '');
  return `${second}${digits && `.${digits}`}Z`;
}

/** Ticks, in ten years. */
const moments = fc.integer({ min: 0, max: 10 * 365 * 86_400 * TICKS_A_SECOND });
const times = fc.oneof(
  moments.map(toTime),
  fc.constantFrom(undefined, null, '', '0001-01-01T00:00:00Z', 'soon'),
);

describe('ARM-11: whatever the times,', () => {
  test('a new account starts with its primary', () => {
    fc.assert(
      fc.property(moments, fc.integer({ min: 540, max: 780 }), (made, apart) => {
        expect(first(toTime(made), toTime(made + apart))).toBe('primary');
      }),
    );
  });

  test('a key regenerated over a minute after the other is the one', () => {
    fc.assert(
      fc.property(moments, fc.integer({ min: 60 * TICKS_A_SECOND + 1, max: 2 ** 40 }), (made, apart) => {
        expect(first(toTime(made), toTime(made + apart))).toBe('secondary');
        expect(first(toTime(made + apart), toTime(made))).toBe('primary');
      }),
    );
  });

  test('the policy goes by the same rule, and regenerates the other one first', () => {
    const policy: Policy = {
      ...{ enabled: true, maxAge: 90 * 86_400, overlap: 7 * 86_400, maxAgeFrom: 'setting' },
      ...{ overlapFrom: 'setting', inUse: 'newest' },
    };

    fc.assert(
      fc.property(times, times, (primary, secondary) => {
        const seen: KeyTimes = { ...(primary && { primary }), ...(secondary && { secondary }) };

        expect(keyInUse(NEW, seen, policy)).toBe(first(primary, secondary));
        const unknown = keyInUse(NEW, seen, { ...policy, inUse: 'unknown' });
        if (unknown !== undefined) expect(unknown).toBe(first(primary, secondary));
      }),
    );
  });
});
