import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PolicyDecision, PolicyInput } from '../../../src/core/policy/policy.ts';
import { decide } from '../../../src/core/policy/policy.ts';
import type { AccountRecord } from '../../../src/core/rotation/account-record.ts';
import { newAccountRecord } from '../../../src/core/rotation/account-record.ts';

const DAY = 86_400_000;
const NOW = Date.parse('2026-11-25T03:00:00Z');
const ago = (days: number): string => new Date(NOW - days * DAY).toISOString();
const ages = (primary: number, secondary: number) => ({ primary: ago(primary), secondary: ago(secondary) });

const NEW: AccountRecord = newAccountRecord({
  subscriptionId: '21a9967a-e8a9-4656-a70b-96ff1c4d05a0',
  resourceGroupName: 'maps',
  accountName: 'roads',
});

/** The key in use is the one announced; a run each day at this hour. */
const announced = (keyType: 'primary' | 'secondary', days: number): AccountRecord => ({
  ...NEW,
  announced: { keyType, keyLastUpdated: ago(days), acceptedAt: ago(days) },
});

function decided(input: Partial<PolicyInput>): PolicyDecision {
  return decide({
    facts: { tags: { 'key-rotation': 'enabled' }, disableLocalAuth: false, provisioningState: 'Succeeded' },
    settings: { rotateUntagged: false, maxAge: 90 * 86_400, overlap: 7 * 86_400, inUse: 'unknown' },
    schedule: { secondNextRun: (input.now ?? NOW) + 2 * DAY, period: 86_400 },
    now: NOW,
    ...input,
  });
}

const tagged = (tags: Record<string, string>) => ({
  facts: { tags: { 'key-rotation': 'enabled', ...tags }, disableLocalAuth: false },
});

const settings = (inUse: PolicyInput['settings']['inUse']) => ({
  settings: { rotateUntagged: true, maxAge: 90 * 86_400, overlap: 7 * 86_400, inUse },
});

describe('the key that is regenerated is the one not in use:', () => {
  test.each<[string, Partial<PolicyInput>, 'primary' | 'secondary' | 'InUseUnknown']>([
    ['the one not announced last', { record: announced('primary', 60), times: ages(60, 200) }, 'secondary'],
    [
      'also where it is the newer one',
      { record: announced('secondary', 99), times: ages(50, 99) },
      'primary',
    ],
    [
      'the announcement goes before a tag, once we have rotated',
      {
        record: announced('primary', 60),
        times: ages(60, 200),
        ...tagged({ 'key-rotation-in-use': 'secondary' }),
      },
      'secondary',
    ],
    ['by convention the secondary of keys that nobody changed', { times: ages(100, 100) }, 'secondary'],
    ['the same within a minute', { times: ages(100, 100 + 60_000 / DAY) }, 'secondary'],
    ['but not over a minute', { times: ages(100, 100 + 61_000 / DAY) }, 'InUseUnknown'],
    ['by convention without timestamps', { times: {} }, 'secondary'],
    ['unknown where one key alone has a timestamp', { times: { primary: ago(100) } }, 'InUseUnknown'],
    ['unknown where others changed one', { times: ages(50, 100) }, 'InUseUnknown'],
    ['by the tag', { times: ages(50, 100), ...tagged({ 'key-rotation-in-use': 'secondary' }) }, 'primary'],
    [
      'by the tag before the setting',
      { times: ages(50, 100), ...settings('secondary'), ...tagged({ 'key-rotation-in-use': 'primary' }) },
      'secondary',
    ],
    [
      'by the tag also where both are of the same age: a word goes before a convention',
      { times: ages(100, 100), ...tagged({ 'key-rotation-in-use': 'secondary' }) },
      'primary',
    ],
    ['by the setting', { times: ages(50, 100), ...settings('primary') }, 'secondary'],
    ['the older one by the setting newest', { times: ages(50, 100), ...settings('newest') }, 'secondary'],
    [
      'the older one by the setting newest, the other way',
      { times: ages(100, 50), ...settings('newest') },
      'primary',
    ],
    [
      'the one without a timestamp by newest',
      { times: { secondary: ago(60) }, ...settings('newest') },
      'primary',
    ],
  ])('%s', (_, input, expected) => {
    const decision = decided(input);

    expect(decision.kind === 'skip' ? decision.code : 'keyType' in decision && decision.keyType).toBe(
      expected,
    );
  });
});

describe('due', () => {
  test.each<[string, Partial<PolicyInput>, 'due' | 'overdue' | 'not-due']>([
    ['a key that would pass max age before the second next run', { times: ages(10, 88) }, 'due'],
    ['not one that passes it just after', { times: ages(10, 87.99) }, 'not-due'],
    ['overdue at max age', { times: ages(10, 90) }, 'overdue'],
    ['in turn, at half of max age less a period', { times: ages(44, 60) }, 'due'],
    ['not just before its turn', { times: ages(43.99, 60) }, 'not-due'],
  ])('%s', (_, input, expected) => {
    const decision = decided({ record: announced('primary', 20), ...input });

    expect(decision.kind === 'rotate' ? decision.reason : decision.kind).toBe(expected);
  });

  test('earlier by the overlap for an account not rotated yet, since both keys must follow one another', () => {
    const input = { times: ages(20, 81), ...settings('primary') };

    expect(decided(input).kind).toBe('rotate');
    expect(decided({ ...input, times: ages(20, 80.99) }).kind).toBe('not-due');
    expect(decided({ ...input, record: announced('primary', 20) }).kind).toBe('not-due');
  });

  test('the day from which it is due is told', () => {
    const decision = decided({ record: announced('primary', 20), times: ages(20, 60) });

    expect(decision).toMatchObject({ kind: 'not-due', keyType: 'secondary', dueAt: ago(20 - 44) });
  });

  test('in the steady state the two keys alternate, each younger than max age', () => {
    let record: AccountRecord = NEW;
    let times = ages(60, 60);
    const turns: string[] = [];
    for (let now = NOW; now < NOW + 400 * DAY; now += DAY) {
      const decision = decided({ record, times, now });
      expect(now - Math.min(...Object.values(times).map(Date.parse))).toBeLessThan(91 * DAY);
      if (decision.kind !== 'rotate') continue;
      const at = new Date(now).toISOString();
      times = { ...times, [decision.keyType]: at };
      record = { ...NEW, announced: { keyType: decision.keyType, keyLastUpdated: at, acceptedAt: at } };
      turns.push(decision.keyType);
    }

    expect(turns.length).toBeGreaterThan(7);
    expect(turns).toEqual(turns.map((_, i) => (i % 2 === 0 ? 'secondary' : 'primary')));
  });

  describe('KEY-06: a key of unknown age', () => {
    const NEVER = '0001-01-01T00:00:00Z';
    const inUse = { record: announced('primary', 20) };

    test.each<[string, Partial<PolicyInput>]>([
      ['both', { times: {} }],
      ['both, written as year 1', { times: { primary: NEVER, secondary: NEVER } }],
      ['one, beside a young one', { ...inUse, times: { primary: ago(20) } }],
      ['one in year 1, beside a young one', { ...inUse, times: { primary: ago(20), secondary: NEVER } }],
    ])('is due for that reason, from no day on, and not said to be overdue: %s', (_, input) => {
      const decision = decided(input);

      expect(decision).toEqual({
        kind: 'rotate',
        keyType: 'secondary',
        reason: 'age-unknown',
        overdue: false,
      });
    });

    test('beside one that is past its max age is overdue for that one', () => {
      const decision = decided({ ...inUse, times: { primary: ago(91) } });

      expect(decision).toMatchObject({ kind: 'rotate', reason: 'overdue', overdue: true });
      expect(decision).not.toHaveProperty('dueAt');
    });

    test.each<[string, Partial<PolicyInput>, string]>([
      ['within the overlap', { record: announced('primary', 2), times: { primary: ago(2) } }, 'Overlap'],
      ['while an event waits', { record: { ...NEW, untold: ['x'] }, times: {} }, 'EventPending'],
    ])('has no day either %s', (_, input, code) => {
      const decision = decided(input);

      expect(decision).toMatchObject({ kind: 'blocked', code, overdue: false });
      expect(decision).not.toHaveProperty('dueAt');
    });

    test.each([
      ['absent', { primary: ago(5) }],
      ['year 1', { primary: ago(5), secondary: NEVER }],
    ])('is not said to have been changed by others beside a young one: %s', (_, times) => {
      const decision = decided({ times });

      expect(decision).toMatchObject({ kind: 'skip', code: 'InUseUnknown' });
      const { message } = decision as { message: string };
      expect(message).toMatch(/gives no time for the secondary key, so its age is not known/);
      expect(message).not.toContain('by others');
    });

    test('is no year of any kind in a decision, whatever is known', () => {
      const time = fc.constantFrom(undefined, NEVER, '1970-01-01T00:00:00Z', ago(1), ago(50), ago(200));
      const records = fc.constantFrom(undefined, NEW, announced('primary', 20), announced('secondary', 3));
      const inputs = fc.record({ primary: time, secondary: time, record: records, force: fc.boolean() });

      fc.assert(
        fc.property(inputs, ({ primary, secondary, record, force }) => {
          const times = { ...(primary && { primary }), ...(secondary && { secondary }) };
          const decision = JSON.stringify(decided({ times, record, force, ...settings('newest') }));

          expect(decision.match(/\b(?:0001|19\d\d|-\d{6})-/)).toBeNull();
        }),
      );
    });
  });
});
