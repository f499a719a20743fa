import { Cron } from 'croner';

export const DEFAULT_SCHEDULE = '0 0 3 * * *';

interface Field {
  readonly low: number;
  readonly high: number;
  readonly names?: readonly string[];
}

const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const MONTHS = [
  ...['january', 'february', 'march', 'april', 'may', 'june'],
  ...['july', 'august', 'september', 'october', 'november', 'december'],
];

const FIELDS: readonly Field[] = [
  { low: 0, high: 59 },
  { low: 0, high: 59 },
  { low: 0, high: 23 },
  { low: 1, high: 31 },
  { low: 1, high: 12, names: MONTHS },
  { low: 0, high: 6, names: DAYS },
];

/**
 * The six fields of an NCRONTAB expression in croner's words; undefined where the Functions host takes it for none.
 * NCRONTAB is smaller than what croner reads: no L, W, # or ?, Sunday only as 0.
 */
export function toCronerPattern(expression: string): string | undefined {
  const parts = expression.trim().split(/\s+/);
  if (parts.length !== FIELDS.length) return undefined;
  const converted = FIELDS.map((field, i) => convertField(parts[i] ?? '', field));
  return converted.includes(undefined) ? undefined : converted.join(' ');
}

/** As the Functions host reads NCRONTAB: in UTC, and other than in cron all fields have to match. */
export function createCron(pattern: string): Cron {
  return new Cron(pattern, { mode: '6-part', utcOffset: 0, domAndDow: true, paused: true });
}

/** Whether the Functions host takes it for an NCRONTAB expression that comes to pass. */
export function isNcrontab(expression: string): boolean {
  const pattern = toCronerPattern(expression);
  return pattern !== undefined && createCron(pattern).nextRun() !== null;
}

/** The two runs that follow a moment, in milliseconds since 1970. */
export function nextRuns(ncrontab: string, from: number): { next: number; second: number } {
  const [next, second] = createCron(toCronerPattern(ncrontab) ?? '').nextRuns(2, new Date(from));
  if (next === undefined || second === undefined)
    throw new Error(`The schedule '${ncrontab}' has no next runs.`);
  return { next: next.getTime(), second: second.getTime() };
}

const DAY = 86_400;

/** After 28 years the calendar repeats: each date has its weekday again. */
const CALENDAR = { from: Date.UTC(2024, 0, 1), days: 365 * 28 + 7 };

/** The longest pause between two runs, in seconds: within a day, over a weekend, or from one leap day to the next. */
export function longestPause(ncrontab: string): number {
  const [seconds = [], minutes = [], hours = [], days = [], months = [], weekdays = []] = (
    toCronerPattern(ncrontab) ?? ''
  )
    .split(' ')
    .map((part, i) => expand(part, FIELDS[i] ?? { low: 0, high: 0 }));
  const times = hours.flatMap((hour) =>
    minutes.flatMap((minute) => seconds.map((second) => hour * 3600 + minute * 60 + second)),
  );
  const [first = 0, last = first] = [times[0], times.at(-1)];
  let longest = longestGap(times);
  const matching = Array.from({ length: CALENDAR.days }, (_, i) => i).filter((i) => {
    const date = new Date(CALENDAR.from + i * DAY * 1000);
    return (
      days.includes(date.getUTCDate()) &&
      months.includes(date.getUTCMonth() + 1) &&
      weekdays.includes(date.getUTCDay())
    );
  });
  const nextRound = (matching[0] ?? 0) + CALENDAR.days;
  for (const [i, day] of matching.entries()) {
    longest = Math.max(longest, ((matching[i + 1] ?? nextRound) - day) * DAY - last + first);
  }
  return longest;
}

function longestGap(times: readonly number[]): number {
  return times.reduce((longest, time, i) => Math.max(longest, time - (times[i - 1] ?? time)), 0);
}

function expand(converted: string, { low, high }: Field): number[] {
  const values = new Set<number>();
  for (const item of converted.split(',')) {
    const [, star, from = low, to, step = 1] = /^(?:(\*)|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(item) ?? [];
    const end = star === undefined ? Number(to ?? from) : high;
    for (let value = Number(from); value <= end; value += Number(step)) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

function convertField(text: string, field: Field): string | undefined {
  const items = text.split(',').map((item) => convertItem(item, field));
  return items.includes(undefined) ? undefined : items.join(',');
}

function convertItem(item: string, field: Field): string | undefined {
  const [found, star, first = '', last, every] = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(item) ?? [];
  if (found === undefined || Number(every) === 0) return undefined;
  const step = every === undefined ? '' : `/${Number(every)}`;
  if (star !== undefined) return `*${step}`;
  const from = toNumber(first, field);
  // `5/15` means from 5 to the end in steps of 15.
  const to = last === undefined ? (step === '' ? from : field.high) : toNumber(last, field);
  if (from === undefined || to === undefined || from > to) return undefined;
  return from === to ? String(from) : `${from}-${to}${step}`;
}

function toNumber(text: string, { low, high, names = [] }: Field): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) >= low && Number(text) <= high ? Number(text) : undefined;
  const name = text.toLowerCase();
  const index = names.findIndex((full) => full === name || full.slice(0, 3) === name);
  return index < 0 ? undefined : index + low;
}
