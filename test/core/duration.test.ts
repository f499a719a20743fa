import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDuration, printSpan } from '../../src/core/duration.ts';

const DAY = 86_400;

test.each([
  ['P90D', 90 * DAY],
  ['P2W', 14 * DAY],
  ['PT36H', 1.5 * DAY],
  ['P1DT12H', 1.5 * DAY],
  ['PT90M', 5400],
  ['PT1S', 1],
  ['P1DT1H1M1S', DAY + 3661],
  ['P090D', 90 * DAY],
  ['P36500D', 36_500 * DAY],
])('%s is %i seconds', (text, seconds) => {
  expect(parseDuration(text)).toBe(seconds);
});

test.each([
  ['years', 'P1Y'],
  ['months', 'P1M'],
  ['months beside days', 'P1M1D'],
  ['nothing', 'P0D'],
  ['nothing at all', 'PT0S'],
  ['no parts', 'P'],
  ['no text', ''],
  ['words', 'abc'],
  ['a number', '90'],
  ['a number of days', '90D'],
  ['a minus', '-P90D'],
  ['a minus inside', 'P-90D'],
  ['a plus', '+P90D'],
  ['a fraction', 'P1.5D'],
  ['a fraction by comma', 'P1,5D'],
  ['lower case', 'p90d'],
  ['lower case inside', 'P90d'],
  ['hours without a T', 'P36H'],
  ['parts out of order', 'PT1M1H'],
  ['a space before', ' P90D'],
  ['a space behind', 'P90D '],
  ['a space inside', 'P 90D'],
  ['something behind', 'P90Dx'],
  ['two of them', 'P90DP90D'],
  ['a line before', 'x\nP90D'],
  ['more than a date can hold', 'P36501D'],
  ['more than a number can hold', `P${'9'.repeat(400)}D`],
  ['other digits', 'P٩D'],
])('%s is refused: %j', (_, text) => {
  expect(parseDuration(text)).toBeUndefined();
});

test('an open time is refused: P1DT', () => {
  expect(parseDuration('P1DT')).toBeUndefined();
});

test('whatever the text, the answer is nothing or whole seconds above zero', () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^P[0-9WDTHMS.,-]{0,12}$/));
  fc.assert(
    fc.property(text, (input) => {
      const seconds = parseDuration(input) ?? 1;

      expect(seconds).toBeGreaterThan(0);
      expect(Number.isSafeInteger(seconds)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  [1_209_600, '14 days'],
  [86_400, '1 day'],
  [129_600, '36 hours'],
  [5400, '90 minutes'],
  [61, '61 seconds'],
  [1, '1 second'],
])('%d seconds are said as %s', (seconds, text) => {
  expect(printSpan(seconds)).toBe(text);
});
