import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createCron,
  DEFAULT_SCHEDULE,
  isNcrontab,
  longestPause,
  nextRuns,
  toCronerPattern,
} from '../../src/settings/ncrontab.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Each run is the start of the look for the following one. */
function runs(ncrontab: string, from: string, count = 3): string[] {
  const found: number[] = [];
  for (let i = 0; i < count; i++) found.push(nextRuns(ncrontab, found.at(-1) ?? Date.parse(from)).next);
  return found.map((run) => new Date(run).toISOString().replace('.000Z', 'Z'));
}

describe('isNcrontab', () => {
  test.each([
    DEFAULT_SCHEDULE,
    '0 */5 * * * *',
    '0 0 3 * * Mon-Fri',
    '0 0 3 * * mon,Wed,FRI',
    '0 0 3 1,15 Jan,jul *',
    '0 0/15 8-18 * * 1-5',
    '0 0 3 * * Monday-friday',
    '0 0 3 * January,JULY *',
    '*/10 * * * * *',
    '0 0 3 29 2 *',
    '0  0\t3 * * *',
    '0 0 3 * * 0',
    '59 59 23 31 12 6',
    '0 0 3 * Sept Tues,thurs',
    '0 0 3 1/1 * *',
    '0 0 03 * * 1-5/2',
    '0 0\u00a03 * * *',
  ])('takes %j', (text) => {
    expect(isNcrontab(text)).toBe(true);
  });

  test.each([
    ['', 'nothing'],
    ['0 3 * * *', 'five fields'],
    ['0 0 3 * * * 2026', 'seven fields'],
    ['60 0 3 * * *', 'second 60'],
    ['0 60 3 * * *', 'minute 60'],
    ['0 0 24 * * *', 'hour 24'],
    ['0 0 3 0 * *', 'day 0'],
    ['0 0 3 32 * *', 'day 32'],
    ['0 0 3 * 13 *', 'month 13'],
    ['0 0 3 * 0 *', 'month 0'],
    ['0 0 3 * * 8', 'weekday 8'],
    ['0 0 3 * * 7', 'weekday 7: the Functions host knows Sunday as 0 only'],
    ['0 0 3 * * 5-7', 'weekdays to 7'],
    ['0 0 3 * * Caturday', 'no weekday'],
    ['0 0 3 * ju *', 'June or July'],
    ['0 0 3 * Septembers *', 'no month'],
    ['0 0 3 30 2 *', '30 February'],
    ['0 0 3 31 4,6,9,11 *', 'the 31st of short months'],
    ['0 0 */0 * * *', 'a step of 0'],
    ['0 0 10-8 * * *', 'a range that goes back'],
    ['0 0 3 L * *', 'the last day: croner’s own'],
    ['0 0 3 * * 5L', 'the last Friday: croner’s own'],
    ['0 0 3 15W * *', 'a working day: croner’s own'],
    ['0 0 3 * * 1#2', 'the second Monday: croner’s own'],
    ['0 0 3 ? * *', 'a question mark'],
    ['0 0 3 * * +1', 'a plus: croner’s own'],
    ['@daily', 'a nickname'],
    ['1.00:00:00', 'a time span: an App Service plan takes it, this setting does not'],
    ['0 0 3 * * *; rm', 'something behind it'],
    ['%SCHEDULE%', 'a reference'],
    ['0 0 3 * * *\n0 0 4 * * *', 'two of them'],
  ])('refuses %j (%s)', (text) => {
    expect(isNcrontab(text)).toBe(false);
  });
});

describe('nextRuns', () => {
  test('both day fields have to match, as in the Functions host and other than in cron', () => {
    // Fridays that are the 13th.
    expect(runs('0 0 3 13 * Fri', '2026-01-01T00:00:00Z')).toStrictEqual([
      '2026-02-13T03:00:00Z',
      '2026-03-13T03:00:00Z',
      '2026-11-13T03:00:00Z',
    ]);
  });

  test.each([
    ['Europe, spring', '2026-03-28T12:00:00Z', ['2026-03-29T01:30:00Z', '2026-03-30T01:30:00Z']],
    ['Europe, autumn', '2026-10-24T12:00:00Z', ['2026-10-25T01:30:00Z', '2026-10-26T01:30:00Z']],
    ['America, spring', '2026-03-07T12:00:00Z', ['2026-03-08T01:30:00Z', '2026-03-09T01:30:00Z']],
    ['America, autumn', '2026-10-31T12:00:00Z', ['2026-11-01T01:30:00Z', '2026-11-02T01:30:00Z']],
  ])('TMR-05: the clock change (%s) moves nothing', (_name, from, expected) => {
    expect(runs('0 30 1 * * *', from, 2)).toStrictEqual(expected);
  });

  test('29 February comes every four years, and not in 2100', () => {
    expect(runs('0 0 3 29 2 *', '2026-01-01T00:00:00Z', 2)).toStrictEqual([
      '2028-02-29T03:00:00Z',
      '2032-02-29T03:00:00Z',
    ]);
    expect(runs('0 0 3 29 2 *', '2097-01-01T00:00:00Z', 1)).toStrictEqual(['2104-02-29T03:00:00Z']);
  });

  test('a run at this very moment is not the next one', () => {
    expect(runs(DEFAULT_SCHEDULE, '2026-01-01T03:00:00Z', 1)).toStrictEqual(['2026-01-02T03:00:00Z']);
    expect(runs(DEFAULT_SCHEDULE, '2026-01-01T02:59:59.999Z', 1)).toStrictEqual(['2026-01-01T03:00:00Z']);
  });

  test('a month without a 31st is left out', () => {
    expect(runs('0 0 3 31 * *', '2026-01-31T03:00:00Z', 2)).toStrictEqual([
      '2026-03-31T03:00:00Z',
      '2026-05-31T03:00:00Z',
    ]);
  });

  test.each([
    ['0 10/20 3 * * *', ['2026-01-01T03:10:00Z', '2026-01-01T03:30:00Z', '2026-01-01T03:50:00Z']],
    ['0 0 3 25/3 * *', ['2026-01-25T03:00:00Z', '2026-01-28T03:00:00Z', '2026-01-31T03:00:00Z']],
    ['0 0 3 * * Thursday/2', ['2026-01-01T03:00:00Z', '2026-01-03T03:00:00Z', '2026-01-08T03:00:00Z']],
  ])('a value with a step (%s) goes on to the end of the field', (ncrontab, expected) => {
    expect(runs(ncrontab, '2026-01-01T00:00:00Z')).toStrictEqual(expected);
  });

  test('gives the two runs that follow', () => {
    expect(nextRuns('0 0 3 * * Fri', Date.parse('2026-01-01T00:00:00Z'))).toStrictEqual({
      next: Date.parse('2026-01-02T03:00:00Z'),
      second: Date.parse('2026-01-09T03:00:00Z'),
    });
  });

  test('there are none for what is no schedule', () => {
    expect(() => nextRuns('daily', 0)).toThrow();
  });
});

describe('TMR-10: a step that is larger than its field', () => {
  test.each([
    ['0 0 */48 * * *', ['2026-01-02T00:00:00Z', '2026-01-03T00:00:00Z'], DAY],
    ['0 */90 * * * *', ['2026-01-01T01:00:00Z', '2026-01-01T02:00:00Z'], HOUR],
    ['*/60 * * * * *', ['2026-01-01T00:01:00Z', '2026-01-01T00:02:00Z'], 60],
    ['0 0 3 1/40 * *', ['2026-01-01T03:00:00Z', '2026-02-01T03:00:00Z'], 31 * DAY],
    ['0 0 3 1 */13 *', ['2026-01-01T03:00:00Z', '2027-01-01T03:00:00Z'], 366 * DAY],
    ['0 0 0 * * */8', ['2026-01-04T00:00:00Z', '2026-01-11T00:00:00Z'], 7 * DAY],
    ['0 0 9-17/24,12/24 * * *', ['2026-01-01T09:00:00Z', '2026-01-01T12:00:00Z'], 21 * HOUR],
    ['0 0 3/1000000000 * * *', ['2026-01-01T03:00:00Z', '2026-01-02T03:00:00Z'], DAY],
  ])('%s leaves the first value', (ncrontab, expected, pause) => {
    expect(isNcrontab(ncrontab)).toBe(true);
    expect(runs(ncrontab, '2026-01-01T00:00:00Z', 2)).toStrictEqual(expected);
    expect(longestPause(ncrontab)).toBe(pause);
  });

  test.each(['0 0 */2147483648 * * *', `0 0 */${'9'.repeat(400)} * * *`])('%s is none any more', (text) => {
    expect(isNcrontab(text)).toBe(false);
  });
});

test('what croner is given are values alone, so that it refuses nothing that the host takes', () => {
  const item = fc.tuple(
    fc.constantFrom('*', '0', '1', '5', '1-5', 'jan', 'SUN', '3-9'),
    fc.nat({ max: 3000 }),
  );
  const part = fc.array(item, { minLength: 1, maxLength: 3 });
  const property = fc.property(fc.array(part, { minLength: 6, maxLength: 6 }), (parts) => {
    const fields = parts.map((items) =>
      items.map(([from, step]) => (step > 0 ? `${from}/${step}` : from)).join(','),
    );
    const pattern = toCronerPattern(fields.join(' '));
    if (pattern === undefined) return;
    expect(pattern).toMatch(/^((\*|\d+(,\d+)*)( |$)){6}$/);
    createCron(pattern);
    expect(longestPause(fields.join(' '))).toBeGreaterThan(0);
  });
  fc.assert(property, { numRuns: 300 });
});

describe('longestPause', () => {
  test.each([
    ['every day', DEFAULT_SCHEDULE, DAY],
    ['every five minutes', '0 */5 * * * *', 300],
    ['on working days: over the weekend', '0 0 3 * * 1-5', 3 * DAY],
    ['on Mondays', '0 0 3 * * Mon', 7 * DAY],
    ['on Mondays and Tuesdays', '0 0 3 * * Mon,Tue', 6 * DAY],
    ['every hour of office days', '0 0 8-17 * * 1-5', 3 * DAY - 9 * HOUR],
    ['every minute of one hour', '0 * 3 * * *', 23 * HOUR + 60],
    ['on the first of a month', '0 0 3 1 * *', 31 * DAY],
    ['twice a day', '0 0 3,12 * * *', 15 * HOUR],
    ['every second', '* * * * * *', 1],
    ['in one month', '0 0 3 1-31 Jan *', 335 * DAY + DAY],
    ['on leap days', '0 0 3 29 2 *', 1461 * DAY],
    ['on leap days that are a Sunday', '0 0 3 29 2 Sun', 10_227 * DAY],
    ['on the 31st', '0 0 3 31 * *', 61 * DAY],
  ])('%s', (_name, ncrontab, seconds) => {
    expect(longestPause(ncrontab)).toBe(seconds);
  });
});
