import { describe, expect, test } from 'vitest';
import { toFleetRow } from '../../../../src/web/page/fleet/fleet.ts';
import { concerns } from '../../../../src/web/page/overview/attention.ts';
import { countsInWords } from '../../../../src/web/page/overview/timers.ts';
import {
  latestByAccount,
  mergeRotations,
  standingFailures,
  startedAt,
  updatedAt,
} from '../../../../src/web/page/rotations/rotations.ts';
import type { PlanRow, RotationRow } from '../../../../src/web/page/status/wire.ts';
import { causeOf, durationOf, nextRotation, stateOf } from '../../../../src/web/page/words/phrases.ts';
import { fromNow, inUtc, shortAge } from '../../../../src/web/page/words/words.ts';
import { planRow, rotation } from '../support/fleet.ts';

const NOW = Date.parse('2026-11-25T03:04:00Z');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const failed = (name: string, at: number, code = 'Timeout') =>
  rotation(name, at, { state: 'failed', error: { code, message: 'Why.' } });

test('a rotation began when its id was made', () => {
  expect(startedAt({ rotationId: '01a2138c-2881-7403-ac1f-38b7f65c1457' })).toBe(0x01a2138c2881);
});

test('rotations merge by id, the later word counts, newest first', () => {
  const old = rotation('a', NOW - HOUR, { state: 'started' });
  const news = { ...old, state: 'completed' as const };
  const newest = rotation('b', NOW);

  expect(mergeRotations([old], [newest, news])).toEqual([newest, news]);
});

test('an account’s last result is that of its newest rotation, whichever was loaded first', () => {
  const rotations = [rotation('a', NOW), failed('a', NOW - HOUR), failed('a', NOW + HOUR, 'Superseded')];

  expect([...latestByAccount(rotations.toReversed()).values()]).toEqual([rotations[0]]);
});

describe('a failure stands', () => {
  const standing = (
    plan: Partial<PlanRow> | undefined,
    rotations: readonly RotationRow[],
    isComplete = true,
  ) => {
    const rows = plan === undefined ? [] : [toFleetRow(planRow('a', plan), NOW)];
    const byKey = new Map(rows.map((row) => [row.key, row]));
    return standingFailures(rotations, byKey, isComplete).length;
  };

  test('by the ages of the moment in which they were read, however long ago that was', () => {
    const row = toFleetRow(planRow('a', { newerKeyAgeDays: 1 }), NOW);
    const read = { ...row, readAt: NOW - 3 * HOUR };
    const since = failed('a', NOW - DAY - 2 * HOUR);

    expect(standingFailures([since], new Map([[row.key, row]]), true)).toEqual([]);
    expect(standingFailures([since], new Map([[row.key, read]]), true)).toEqual([since]);
  });

  const { newerKeyAgeDays: _, ...ageless } = planRow('a');

  test.each<[string, number, number]>([
    [
      'until a key of the account is regenerated',
      standing({ newerKeyAgeDays: 9 }, [failed('a', NOW - DAY)]),
      1,
    ],
    ['not where a key is newer than it', standing({ newerKeyAgeDays: 0.5 }, [failed('a', NOW - DAY)]), 0],
    [
      'where no age is known',
      standingFailures(
        [failed('a', NOW - DAY)],
        new Map([[ageless.accountId.toLowerCase(), toFleetRow(ageless, NOW)]]),
        true,
      ).length,
      1,
    ],
    [
      'not where a later rotation completed',
      standing({}, [failed('a', NOW - DAY), rotation('a', NOW - HOUR)]),
      0,
    ],
    ['not where it was overtaken', standing({}, [failed('a', NOW - DAY, 'Superseded')]), 0],
    ['not where the account is gone', standing(undefined, [failed('a', NOW - DAY)]), 0],
    ['while the fleet is not all there', standing(undefined, [failed('a', NOW - DAY)], false), 1],
  ])('%s', (_name, actual, expected) => {
    expect(actual).toBe(expected);
  });
});

describe('concerns', () => {
  const none = { rows: [], failures: [], scopeErrors: [], health: undefined, at: updatedAt };

  test('are none where all is well', () => {
    const rows = [
      toFleetRow(planRow('a'), NOW),
      toFleetRow(planRow('b', { decision: 'skip', code: 'Disabled' }), NOW),
    ];

    expect(concerns({ ...none, rows, health: { status: 'healthy', timers: [] } })).toEqual([]);
  });

  test('group by reason, the largest first, and count all', () => {
    const failures = [
      failed('a', NOW),
      failed('b', NOW, 'GivenUp'),
      failed('c', NOW),
      failed('d', NOW),
      failed('e', NOW),
    ];

    const [first, second] = concerns({ ...none, failures });

    expect(first).toMatchObject({
      code: 'Timeout',
      total: 4,
      severity: 'error',
      todo: expect.stringMatching(/\.$/),
    });
    expect(first?.examples).toHaveLength(3);
    expect(second).toMatchObject({ code: 'GivenUp', total: 1 });
  });

  test('begin with what keeps the app from working, then with failures', () => {
    const rows = [
      toFleetRow(planRow('a', { overdue: true }), NOW),
      toFleetRow(planRow('b', { verified: false }), NOW),
    ];
    const scopeErrors = [{ scope: '/subscriptions/x', code: 'AuthorizationFailed', message: 'No.' }];
    const health = { status: 'unhealthy' as const };

    const ids = concerns({ ...none, rows, failures: [failed('a', NOW)], scopeErrors, health }).map(
      ({ id }) => id,
    );

    expect(ids).toEqual(['health', 'failed-Timeout', 'scope-AuthorizationFailed', 'overdue', 'unverified']);
  });
});

describe('what the timer’s last run left out', () => {
  const none = { rows: [], failures: [], scopeErrors: [], at: updatedAt };
  const healthOf = (counts: Record<string, number>) => ({
    status: 'healthy' as const,
    timers: [{ timer: 'rotateDueAccounts' as const, late: false, counts }],
  });

  test('LIST-06, NAME-06: is a concern, and counted in words', () => {
    const counts = { seen: 1200, due: 0, unreadable: 1, failedScopes: 2 };

    const [concern, ...others] = concerns({ ...none, health: healthOf(counts) });

    expect(others).toEqual([]);
    expect(concern).toMatchObject({ id: 'left-out', severity: 'warning', total: 3 });
    expect(concern?.title).toBe('The timer’s last run left out 2 scopes and 1 account');
    expect(countsInWords(counts)).toBe(
      '1,200 seen, 0 due, 1 with an id that can’t be read, 2 scopes not listed',
    );
  });

  test('is none where it left out nothing', () => {
    const counts = { seen: 1, unreadable: 0, failedScopes: 0 };

    expect(concerns({ ...none, health: healthOf(counts) })).toEqual([]);
    expect(countsInWords(counts)).toBe('1 seen');
  });
});

describe('words', () => {
  test.each([
    [30_000, 'in a moment'],
    [-30_000, 'just now'],
    [-90 * 60_000, '90 minutes ago'],
    [5 * HOUR, 'in 5 hours'],
    [-3 * DAY, '3 days ago'],
  ])('%d ms from now: %s', (distance, expected) => {
    expect(fromNow(NOW + distance, NOW)).toBe(expected);
  });

  test('times are in UTC and ages are short', () => {
    expect(inUtc(NOW)).toBe('2026-11-25 03:04 UTC');
    expect([0.2, 1, 83.4].map(shortAge)).toEqual(['5 h', '1 d', '83 d']);
  });

  test.each<[Partial<PlanRow>, string]>([
    [{ decision: 'rotate' }, 'At the timer’s next run: secondary key'],
    [{ dueAt: new Date(NOW + 5 * DAY).toISOString() }, 'Due in 5 days: secondary key'],
    [
      { decision: 'blocked', code: 'Overlap', overlapEndsAt: new Date(NOW + DAY).toISOString() },
      'Held back, may go in 24 hours',
    ],
    [{ decision: 'blocked', code: 'EventPending' }, 'Waits for Event Grid'],
    [{ decision: 'skip' }, 'None'],
    [{ decision: 'unread' }, 'The timer’s next run reads its keys'],
    [{ decision: 'running' }, 'Under way'],
  ])('the next rotation of %o: %s', (plan, expected) => {
    expect(nextRotation(toFleetRow(planRow('a', plan), NOW), NOW).text).toBe(expected);
  });

  test('a rotation’s state, cause and duration', () => {
    expect(stateOf(failed('a', NOW))).toEqual({ text: 'Failed', tone: 'bad' });
    expect(stateOf(failed('a', NOW, 'Superseded'))).toEqual({ text: 'Overtaken', tone: 'quiet' });
    expect(stateOf(rotation('a', NOW, { verified: false })).tone).toBe('warn');
    expect(causeOf(rotation('a', NOW, { reason: 'overdue' }))).toBe('timer, overdue');
    expect(causeOf(rotation('a', NOW, { trigger: 'http', reason: 'requested' }))).toBe('asked for over HTTP');
    expect(durationOf(rotation('a', NOW))).toBe('took 2 seconds');
    expect(durationOf(rotation('a', NOW, { state: 'started' }))).toBeUndefined();
  });
});
