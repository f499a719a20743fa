const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const SHORT_DAY = '(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)';
const LONG_DAY = '(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)';
const MONTH = `(?<month>${MONTHS.join('|')})`;
const TIME = '(?<hour>[01]\\d|2[0-3]):(?<minute>[0-5]\\d):(?<second>[0-5]\\d|60)';

/** The three forms of RFC 9110, section 5.6.7: the one to be sent today, that of RFC 850, and that of C's `asctime`. */
const FORMS = [
  `${SHORT_DAY}, (?<day>\\d{2}) ${MONTH} (?<year>\\d{4}) ${TIME} GMT`,
  `${LONG_DAY}, (?<day>\\d{2})-${MONTH}-(?<year>\\d{2}) ${TIME} GMT`,
  `${SHORT_DAY} ${MONTH} (?<day>\\d{2}| \\d) ${TIME} (?<year>\\d{4})`,
].map((form) => new RegExp(`^${form}$`));

/**
 * Milliseconds since 1970; undefined where it is no HTTP date. `now` settles the century of a year of two digits: of what
 * is not more than 50 years ahead, the latest. The weekday decides nothing, even where it is that of another date.
 */
export function parseHttpDate(text: string, now: number): number | undefined {
  const parts = FORMS.map((form) => form.exec(text)?.groups).find((groups) => groups !== undefined);
  if (parts === undefined) return undefined;
  const { year = '' } = parts;
  if (year.length === 4) return toTime(Number(year), parts);
  const latest = new Date(now);
  const thisYear = latest.getUTCFullYear();
  latest.setUTCFullYear(thisYear + 50);
  const inNextCentury = thisYear - (thisYear % 100) + 100 + Number(year);
  return [0, 100, 200]
    .map((earlier) => toTime(inNextCentury - earlier, parts))
    .find((time) => time !== undefined && time <= latest.getTime());
}

function toTime(year: number, parts: Readonly<Record<string, string>>): number | undefined {
  const { month = '', day, hour, minute, second } = parts;
  const date = new Date(0);
  date.setUTCFullYear(year, MONTHS.indexOf(month), Number(day));
  // The 31st of a shorter month is none.
  if (date.getUTCDate() !== Number(day)) return undefined;
  return date.setUTCHours(Number(hour), Number(minute), Number(second));
}
