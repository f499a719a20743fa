import { createCron, toCronerPattern } from '../../../src/settings/ncrontab.ts';
import { parseTimeSpan } from '../time-span.ts';

export interface Schedule {
  /** The first occurrence strictly after the given moment, in UTC; none where the expression names no real day. */
  next(after: Date): Date | undefined;
  /** Several occurrences a minute: the real host then keeps no status of such a timer. */
  subMinute: boolean;
}

/**
 * A timer's `schedule`: NCRONTAB of six fields (or five, then at second 0) or a .NET time span. Other than in cron, all
 * fields have to match, day of month and day of week too. White space other than a space is none between fields. Throws
 * where it is neither.
 */
export function parseSchedule(expression: string): Schedule {
  const fields = expression.split(' ').filter((field) => field !== '');
  const pattern = /[^\S ]/.test(expression)
    ? undefined
    : toCronerPattern(fields.length === 5 ? `0 ${expression}` : expression);
  if (pattern !== undefined) {
    return cronSchedule(pattern);
  }
  const period = parseTimeSpan(expression);
  if (period !== undefined && period > 0) {
    return { next: (after) => new Date(after.getTime() + period), subMinute: period < 60_000 };
  }
  throw new Error(
    `The schedule expression '${expression}' was not recognized as a valid cron expression or timespan string.`,
  );
}

function cronSchedule(pattern: string): Schedule {
  const cron = createCron(pattern);
  const [seconds, ...others] = pattern.split(' ');
  return {
    next: (after) => cron.nextRun(after) ?? undefined,
    subMinute: others.every((field) => field === '*') && !/^\d+$/.test(seconds ?? ''),
  };
}
