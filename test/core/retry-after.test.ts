import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LONGEST_RETRY_AFTER, readRetryAfter } from '../../src/core/retry-after.ts';

const DATE = 'Mon, 30 Nov 2026 12:00:00 GMT';
const NOW = Date.parse('2026-11-30T13:00:00Z');

const read = (headers: Readonly<Record<string, string>>) => readRetryAfter((name) => headers[name], NOW);

describe('ARM-21: how long a service asks to be left alone', () => {
  test.each<[string, Readonly<Record<string, string>>, number | undefined]>([
    ['seconds', { 'retry-after': '17' }, 17],
    ['none', { 'retry-after': '0' }, 0],
    ['a fraction of a second, rounded up as all are', { 'retry-after': '1.5' }, 2],
    ['milliseconds', { 'retry-after-ms': '2500' }, 3],
    ['milliseconds by their other name', { 'x-ms-retry-after-ms': '500' }, 1],
    [
      'milliseconds before seconds',
      { 'retry-after-ms': '3000', 'x-ms-retry-after-ms': '9000', 'retry-after': '60' },
      3,
    ],
    ['seconds where the milliseconds are none', { 'retry-after-ms': 'soon', 'retry-after': '60' }, 60],
    ['a date, from that of the answer', { 'retry-after': 'Mon, 30 Nov 2026 12:00:40 GMT', date: DATE }, 40],
    ['a date in its second form', { 'retry-after': 'Monday, 30-Nov-26 12:01:00 GMT', date: DATE }, 60],
    ['a date in its third form', { 'retry-after': 'Mon Nov 30 12:02:00 2026', date: DATE }, 120],
    ['a date that is over', { 'retry-after': 'Mon, 30 Nov 2026 11:00:00 GMT', date: DATE }, 0],
    [
      'a date, from our own clock where the answer has none',
      { 'retry-after': 'Mon, 30 Nov 2026 13:00:05 GMT' },
      5,
    ],
    ['no longer than a day', { 'retry-after': '9007199254740991' }, LONGEST_RETRY_AFTER],
    ['no longer than a day by milliseconds', { 'retry-after-ms': '99999999999999' }, LONGEST_RETRY_AFTER],
    [
      'no longer than a day by a date',
      { 'retry-after': 'Thu, 30 Nov 2028 12:00:00 GMT', date: DATE },
      LONGEST_RETRY_AFTER,
    ],
    [
      'a day that its month has not',
      { 'retry-after': 'Tue, 31 Feb 2026 12:00:00 GMT', date: DATE },
      undefined,
    ],
    ['a year of two digits that is over', { 'retry-after': 'Monday, 30-Nov-77 12:00:00 GMT', date: DATE }, 0],
    ['a date of another weekday', { 'retry-after': 'Fri, 30 Nov 2026 12:00:40 GMT', date: DATE }, 40],
    ['a weekday that is none', { 'retry-after': 'Xyz, 30 Nov 2026 12:00:40 GMT', date: DATE }, undefined],
    ['nothing', {}, undefined],
    ['an empty text', { 'retry-after': '' }, undefined],
    ['a negative number, which is no date of 2001', { 'retry-after': '-5', date: DATE }, undefined],
    ['a number with a sign', { 'retry-after': '+5', date: DATE }, undefined],
    ['a number with a unit', { 'retry-after': '5s', date: DATE }, undefined],
    ['a number in another notation', { 'retry-after': '1e3', date: DATE }, undefined],
    ['a year', { 'retry-after': '2026-12-01', date: DATE }, undefined],
    ['a month that is none', { 'retry-after': 'Mon, 30 Nox 2026 12:00:00 GMT', date: DATE }, undefined],
  ])('%s', (_name, headers, seconds) => {
    expect(read(headers)).toBe(seconds);
  });

  test('whatever it says, it is nothing or whole seconds up to a day', () => {
    const text = fc.oneof(
      fc.string(),
      fc.double().map(String),
      fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
    );
    fc.assert(
      fc.property(text, text, text, (ms, seconds, date) => {
        const wait = read({ 'x-ms-retry-after-ms': ms, 'retry-after': seconds, date });

        if (wait === undefined) return;
        expect(Number.isInteger(wait)).toBe(true);
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(LONGEST_RETRY_AFTER);
      }),
    );
  });
});
