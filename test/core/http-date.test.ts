import { describe, expect, test } from 'vitest';
import { parseHttpDate } from '../../src/core/http-date.ts';

const NOW = Date.UTC(2026, 10, 30, 16);
const SENT = Date.UTC(1994, 10, 6, 8, 49, 37);

describe('an HTTP date', () => {
  test.each([
    ['Sun, 06 Nov 1994 08:49:37 GMT', SENT],
    ['Sunday, 06-Nov-94 08:49:37 GMT', SENT],
    ['Sun Nov  6 08:49:37 1994', SENT],
    ['Wed Nov 16 08:49:37 1994', SENT + 10 * 86_400_000],
    ['Thu, 29 Feb 2024 00:00:00 GMT', Date.UTC(2024, 1, 29)],
    ['Sat, 31 Dec 2016 23:59:60 GMT', Date.UTC(2017, 0, 1)],
    ['Monday, 30-Nov-26 16:00:00 GMT', NOW],
    ['Friday, 06-Nov-76 08:49:37 GMT', Date.UTC(2076, 10, 6, 8, 49, 37)],
    ['Sunday, 06-Nov-77 08:49:37 GMT', Date.UTC(1977, 10, 6, 8, 49, 37)],
    ['Monday, 30-Nov-76 16:00:00 GMT', Date.UTC(2076, 10, 30, 16)],
    ['Tuesday, 30-Nov-76 16:00:01 GMT', Date.UTC(1976, 10, 30, 16, 0, 1)],
    ['Tuesday, 29-Feb-00 00:00:00 GMT', Date.UTC(2000, 1, 29)],
  ])('%s', (text, time) => {
    expect(parseHttpDate(text, NOW)).toBe(time);
  });

  test.each([
    ...['', 'yesterday', '1994-11-06T08:49:37Z', '784111777', 'Sun, 06 Nov 1994 08:49:37'],
    ...['Sun, 06 Nov 1994 08:49:37 UTC', 'Sun, 06 Nov 1994 08:49:37 +0000', 'Sun, 6 Nov 1994 08:49:37 GMT'],
    ...['sun, 06 nov 1994 08:49:37 gmt', 'Sun, 06-Nov-94 08:49:37 GMT', 'Sunday, 06 Nov 1994 08:49:37 GMT'],
    ...['Sun, 31 Nov 1994 08:49:37 GMT', 'Sun, 00 Nov 1994 08:49:37 GMT', 'Sun, 06 Nov 1994 24:00:00 GMT'],
    ...[
      'Sun, 29 Feb 2026 08:49:37 GMT',
      'Monday, 31-Feb-26 08:49:37 GMT',
      'Sun Nov 6 08:49:37 1994',
      'Sun Nov 06 08:49:37 1994 GMT',
    ],
    ...[' Sun, 06 Nov 1994 08:49:37 GMT', 'Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT'],
  ])("is not '%s'", (text) => {
    expect(parseHttpDate(text, NOW)).toBeUndefined();
  });

  test.each(['Fri, 06 Nov 1994 08:49:37 GMT', 'Friday, 06-Nov-94 08:49:37 GMT', 'Fri Nov  6 08:49:37 1994'])(
    'with a weekday that is not its own, %s, is that date',
    (text) => {
      expect(parseHttpDate(text, NOW)).toBe(SENT);
    },
  );

  test('of two digits is the next century where that is near', () => {
    expect(parseHttpDate('Tuesday, 06-Jan-05 00:00:00 GMT', Date.UTC(2099, 0, 1))).toBe(Date.UTC(2105, 0, 6));
  });
});
