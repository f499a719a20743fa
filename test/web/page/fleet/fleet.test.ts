import { describe, expect, test } from 'vitest';
import { ageBars, agesInWords, keyInUse } from '../../../../src/web/page/components/age-bar.ts';
import { filterFleet, needsAttention, toFleetRow } from '../../../../src/web/page/fleet/fleet.ts';
import { sortFleet } from '../../../../src/web/page/fleet/sort-fleet.ts';
import { summarize } from '../../../../src/web/page/fleet/summary.ts';
import { concerns } from '../../../../src/web/page/overview/attention.ts';
import type { PlanRow } from '../../../../src/web/page/status/wire.ts';
import { nextRotation, toneOf } from '../../../../src/web/page/words/phrases.ts';
import { accountId, planRow, SUBSCRIPTIONS } from '../support/fleet.ts';

const DAY = 86_400_000;
const row = (name: string, more: Partial<PlanRow> = {}) => toFleetRow(planRow(name, more), 0);
const NONE = new Set<string>();
const names = (rows: readonly { name: string }[]) => rows.map(({ name }) => name);

const FLEET = [
  row('map-10', { decision: 'rotate', code: 'due', olderKeyAgeDays: 84 }),
  row('map-9', { decision: 'rotate', code: 'overdue', overdue: true, olderKeyAgeDays: 97 }),
  row('Map-1', { accountId: accountId('Map-1', 'rg-Other', SUBSCRIPTIONS[1]) }),
  row('blocked', {
    decision: 'blocked',
    code: 'Overlap',
    overlapEndsAt: new Date(Date.now() + DAY).toISOString(),
  }),
  row('untold', { decision: 'blocked', code: 'EventPending' }),
  row('opted-out', { decision: 'skip', code: 'Disabled', olderKeyAgeDays: 400 }),
  row('wrong', { decision: 'skip', code: 'Misconfigured' }),
  row('fresh', { decision: 'unread' }),
  row('moving', { decision: 'running', code: 'started' }),
];

describe('search', () => {
  test.each([
    ['map-1', ['map-10', 'Map-1']],
    ['RG-OTHER', ['Map-1']],
    [SUBSCRIPTIONS[1].slice(0, 8), ['Map-1']],
    ['blocked', ['blocked', 'untold']],
    ['eventpending', ['untold']],
    ['map overdue', ['map-9']],
    ['  ', names(FLEET)],
    ['nothing like it', []],
  ])('%s', (query, expected) => {
    expect(names(filterFleet(FLEET, { query, quick: 'all' }, NONE))).toEqual(expected);
  });

  test('within the accounts whose last rotation failed', () => {
    const failed = new Set([accountId('untold').toLowerCase()]);

    expect(names(filterFleet(FLEET, { query: '', quick: 'failed' }, failed))).toEqual(['untold']);
  });
});

describe('order', () => {
  const facts = { failed: NONE, lastResultAt: () => undefined };
  const sorted = (column: Parameters<typeof sortFleet>[1]['column'], descending = false) =>
    names(sortFleet(FLEET, { column, descending }, facts));

  test('names go by their numbers, and their case does not matter', () => {
    expect(sorted('account').filter((name) => /map/i.test(name))).toEqual(['Map-1', 'map-9', 'map-10']);
    expect(sorted('account', true)[0]).toBe('wrong');
  });

  test('by state the worst come first', () => {
    const failed = new Set([accountId('opted-out').toLowerCase()]);
    const order = names(sortFleet(FLEET, { column: 'state', descending: false }, { ...facts, failed }));

    expect(order.slice(0, 4)).toEqual(['opted-out', 'map-9', 'untold', 'wrong']);
    expect(order.at(-1)).toBe('Map-1');
  });

  test('by age the oldest in terms of max age, and what is not known last, both ways', () => {
    const { olderKeyAgeDays: _o, newerKeyAgeDays: _n, ...unknown } = planRow('unknown');
    const rows = [
      toFleetRow(unknown, 0),
      row('young', { olderKeyAgeDays: 5 }),
      row('old', { olderKeyAgeDays: 80 }),
    ];
    const by = (descending: boolean) => names(sortFleet(rows, { column: 'age', descending }, facts));

    expect(by(true)).toEqual(['old', 'young', 'unknown']);
    expect(by(false)).toEqual(['young', 'old', 'unknown']);
  });

  test('by the next rotation what is due comes first, then by date', () => {
    expect(sorted('next').slice(0, 4)).toEqual(['map-9', 'map-10', 'moving', 'blocked']);
  });

  test('by the last result the latest', () => {
    const at = new Map([
      [accountId('map-9').toLowerCase(), 2],
      [accountId('map-10').toLowerCase(), 1],
    ]);
    const lastResultAt = (key: string) => at.get(key);

    const order = names(
      sortFleet(FLEET, { column: 'last', descending: true }, { failed: NONE, lastResultAt }),
    );

    expect(order.slice(0, 2)).toEqual(['map-9', 'map-10']);
  });
});

test('the summary counts what the tiles show', () => {
  const { counts, rotated, unread, nextDueAt } = summarize(FLEET, new Set([FLEET[0]?.key ?? '']));

  expect(counts).toEqual({
    ...{ all: 9, attention: 4, due: 2, overdue: 1, blocked: 2 },
    ...{ skipped: 1, misconfigured: 1, running: 1, failed: 1 },
  });
  expect({ rotated, unread }).toEqual({ rotated: 7, unread: 1 });
  expect(nextDueAt).toBe(Date.parse(FLEET[2]?.plan.dueAt ?? ''));
});

test.each<[string, Partial<PlanRow>, boolean]>([
  ['overdue', { overdue: true }, true],
  ['a new key that was refused', { verified: false }, true],
  ['a new key that was accepted', { verified: true }, false],
  ['wrong tags', { decision: 'skip', code: 'Misconfigured' }, true],
  ['opted out', { decision: 'skip', code: 'Disabled' }, false],
  ['without shared keys', { decision: 'skip', code: 'LocalAuthDisabled' }, false],
  ['within the overlap', { decision: 'blocked', code: 'Overlap' }, false],
  [
    'a rotation that waits for something',
    { decision: 'running', code: 'Timeout', reason: 'No answer.' },
    true,
  ],
  ['a rotation that goes on', { decision: 'running', code: 'started' }, false],
  ['not read yet', { decision: 'unread' }, false],
  ['LIST-07: not readable', { decision: 'unread', code: 'Timeout', failedTry: 'Timeout' }, true],
  ['LIST-07: due, and not readable', { decision: 'rotate', code: 'due', failedTry: 'Timeout' }, true],
  ['KEY-06: of unknown age', { decision: 'rotate', code: 'age-unknown', unknownAges: ['primary'] }, false],
  ['ARM-14: in a state that stays', { provisioningState: 'Failed' }, false],
])('whether a person should look: %s', (_, more, expected) => {
  expect(needsAttention(row('any', more))).toBe(expected);
});

describe('LIST-07: an account whose keys can not be read', () => {
  const failed = row('sick', {
    ...{ decision: 'unread', code: 'InternalServerError', failedTry: 'InternalServerError' },
    reason: 'The timer could not take it up; it was tried 5 times.',
  });

  test('is not one that nobody has looked at', () => {
    expect(failed.label).toBe('Not readable');
    expect(nextRotation(failed, 0).text).toBe('The timer’s next run tries again');
    expect(toneOf(failed)).toBe('warn');
    expect(summarize([failed, row('fresh', { decision: 'unread' })], NONE)).toMatchObject({
      unread: 1,
      triedInVain: 1,
    });
  });

  test('is told of under its code, with what came of it', () => {
    const input = { rows: [failed], failures: [], scopeErrors: [], health: undefined, at: () => 0 };

    expect(concerns(input)).toMatchObject([
      {
        severity: 'warning',
        code: 'InternalServerError',
        total: 1,
        examples: [{ name: 'sick', reason: failed.plan.reason }],
      },
    ]);
  });
});

describe('KEY-06: a key of unknown age', () => {
  const unknown = planRow('old', { decision: 'rotate', code: 'age-unknown', unknownAges: ['secondary'] });
  const { olderKeyAgeDays: _, dueAt: __, ...plan } = unknown;

  test('is said to be that', () => {
    expect(toFleetRow(plan, 0).label).toBe('Due, age unknown');
    expect(agesInWords(plan)).toBe('primary key, in use, 15 d old; secondary key, age unknown; max age 90 d');
    expect(names(filterFleet([toFleetRow(plan, 0)], { query: 'age unknown', quick: 'all' }, NONE))).toEqual([
      'old',
    ]);
  });

  test('is no bar', () => {
    expect(ageBars(plan).map(({ keyType }) => keyType)).toEqual(['primary']);
  });
});

test('ARM-14: an account is found by its provisioning state', () => {
  const rows = [row('well'), row('broken', { provisioningState: 'Failed' })];

  expect(names(filterFleet(rows, { query: 'failed', quick: 'all' }, NONE))).toEqual(['broken']);
});

describe('the bars', () => {
  test('fill up to max age and not beyond', () => {
    const bars = ageBars(planRow('any', { olderKeyAgeDays: 180, newerKeyAgeDays: 45 }));

    expect(bars).toEqual([
      { keyType: 'primary', days: 45, filled: 0.5, level: 'young', inUse: true },
      { keyType: 'secondary', days: 180, filled: 1, level: 'over', inUse: false },
    ]);
  });

  test.each([
    [71, 'young'],
    [72, 'old'],
    [90, 'old'],
    [90.01, 'over'],
  ])('at %d of 90 days a key is %s', (olderKeyAgeDays, level) => {
    expect(ageBars(planRow('any', { olderKeyAgeDays }))[1]?.level).toBe(level);
  });

  test('are none where no age is known, and have no limit where the tags are wrong', () => {
    const { olderKeyAgeDays: _o, newerKeyAgeDays: _n, maxAgeDays: _m, ...bare } = planRow('any');

    expect(ageBars(bare)).toEqual([]);
    expect(agesInWords(bare)).toBe('Ages not known');
    expect(ageBars({ ...bare, olderKeyAgeDays: 5 })[0]?.filled).toBe(0);
  });

  test('are told in words too', () => {
    expect(agesInWords(planRow('any'))).toBe(
      'primary key, in use, 15 d old; secondary key 60 d old; max age 90 d',
    );
  });

  test('a rotation under way names the key that it regenerates, which says nothing of what was told', () => {
    expect(keyInUse(planRow('any', { decision: 'running' }))).toBeUndefined();
  });
});
