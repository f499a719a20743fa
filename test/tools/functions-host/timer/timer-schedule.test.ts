import { describe, expect, it } from 'vitest';
import { parseSchedule } from '../../../../tools/functions-host/timer/timer-schedule.ts';

describe('a schedule', () => {
  const after = new Date('2026-11-25T16:20:30.500Z'); // a Wednesday
  const next = (expression: string, count = 1) => {
    const times: string[] = [];
    let at: Date | undefined = after;
    for (let done = 0; done < count && at; done++) {
      at = parseSchedule(expression).next(at);
      times.push(at?.toISOString() ?? 'never');
    }
    return times;
  };

  it.each([
    ['0 0 3 * * *', '2026-11-26T03:00:00.000Z'],
    ['0 */5 * * * *', '2026-11-25T16:25:00.000Z'],
    ['30 20 16 * * *', '2026-11-26T16:20:30.000Z'],
    ['31 20 16 * * *', '2026-11-25T16:20:31.000Z'],
    ['0 7/20 * * * *', '2026-11-25T16:27:00.000Z'],
    ['0 0 9-17/4 * * *', '2026-11-25T17:00:00.000Z'],
    ['0 30 6 * Jan-mar Monday', '2027-01-04T06:30:00.000Z'],
    ['0 0 0 1,15 * *', '2026-12-01T00:00:00.000Z'],
    ['0 0 0 * * SUN', '2026-11-29T00:00:00.000Z'],
    ['0 0 0 29 2 *', '2028-02-29T00:00:00.000Z'],
    ['0 0 */48 * * *', '2026-11-26T00:00:00.000Z'],
    ['0 3 * * *', '2026-11-26T03:00:00.000Z'],
    ['01:30:00', '2026-11-25T17:50:30.500Z'],
    ['1.00:00:00', '2026-11-26T16:20:30.500Z'],
    ['0 0 0 30 2 *', 'never'],
  ])('%s comes next at %s', (expression, expected) => {
    expect(next(expression)).toEqual([expected]);
  });

  it('needs day of month and day of week both, other than cron', () => {
    expect(next('0 0 0 13 * FRI', 2)).toEqual(['2027-08-13T00:00:00.000Z', '2028-10-13T00:00:00.000Z']);
  });

  it.each([
    '',
    '* * *',
    '0 0 3 * * * *',
    '0\t0 3 * * *',
    '0\u00a00 3 * * *',
    '60 * * * * *',
    '0 0 24 * * *',
    '0 0 0 0 * *',
    '0 0 0 * * 7',
    '0 0 0 L * *',
    '0 0 0 ? * *',
    '0 0 0 * * 5#3',
    '0 */0 * * * *',
    '0 9-5 * * * *',
    '@daily',
    '-00:05:00',
    '00:00:00',
    '25:00:00',
  ])("refuses '%s'", (expression) => {
    expect(() => parseSchedule(expression)).toThrow(
      `The schedule expression '${expression}' was not recognized as a valid cron expression or timespan string.`,
    );
  });

  it.each([
    ['*/10 * * * * *', true],
    ['* * * * * *', true],
    ['0,30 * * * * *', true],
    ['0 * * * * *', false],
    ['*/10 * 3 * * *', false],
    ['00:00:30', true],
    ['00:01:00', false],
  ])('%s runs more often than once a minute: %s', (expression, subMinute) => {
    expect(parseSchedule(expression).subMinute).toBe(subMinute);
  });
});
