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
 * Each field becomes the values that it stands for: croner refuses steps that the host takes, such as one that is larger
 * than its field, and takes L, W, #, ? and a Sunday of 7, which the host refuses.
 */
export function toCronerPattern(expression: string): string | undefined {
  const fields = toFields(expression);
  return fields?.map((values, i) => (values.length === sizeOf(FIELDS[i]) ? '*' : values.join(','))).join(' ');
}

/** As the Functions host reads NCRONTAB: in UTC, and other than in cron all fields have to match. */
export function createCron(pattern: string): Cron {
  return new Cron(pattern, { mode: '6-part', utcOffset: 0, domAndDow: true, paused: true });
}

/** Its fields. The host knows a plain space between them alone, so what is registered is joined by single ones. */
export function splitNcrontab(expression: string): readonly string[] {
  return expression.trim().split(/\s+/);
}

/**
 * Whether the Functions host takes it for an NCRONTAB expression that comes to pass. What it takes for something that
 * nobody means is none here: a range that goes back (`22-2` is 2 to 22), a step of 0 (each value), names of one or two
 * letters.
 */
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
  const [seconds = [], minutes = [], hours = [], days = [], months = [], weekdays = []] =
    toFields(ncrontab) ?? [];
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

/** The values of each field, in rising order. */
function toFields(expression: string): (readonly number[])[] | undefined {
  const parts = splitNcrontab(expression);
  if (parts.length !== FIELDS.length) return undefined;
  const fields = FIELDS.map((field, i) => toValues(parts[i] ?? '', field));
  return fields.every((values) => values !== undefined) ? fields : undefined;
}

function toValues(text: string, field: Field): readonly number[] | undefined {
  const values = new Set<number>();
  for (const item of text.split(',')) {
    const range = toRange(item, field);
    if (range === undefined) return undefined;
    for (let value = range.from; value <= range.to; value += range.step) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

/** The host counts in 32 bits, and a step near their end makes it overflow. */
const LARGEST_STEP = 1_000_000_000;

function toRange(item: string, field: Field): { from: number; to: number; step: number } | undefined {
  const [found, star, first = '', last, every] = /^(?:(\*)|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(item) ?? [];
  const step = Number(every ?? 1);
  if (found === undefined || step === 0 || step > LARGEST_STEP) return undefined;
  if (star !== undefined) return { from: field.low, to: field.high, step };
  const from = toNumber(first, field);
  // `5/15` means from 5 to the end in steps of 15.
  const to = last === undefined ? (every === undefined ? from : field.high) : toNumber(last, field);
  return from === undefined || to === undefined || from > to ? undefined : { from, to, step };
}

function sizeOf(field: Field | undefined): number | undefined {
  return field && field.high - field.low + 1;
}

function toNumber(text: string, { low, high, names = [] }: Field): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) >= low && Number(text) <= high ? Number(text) : undefined;
  const name = text.toLowerCase();
  const index = name.length < 3 ? -1 : names.findIndex((full) => full.startsWith(name));
  return index < 0 ? undefined : index + low;
}
