import { parse, pattern } from 'iso8601-duration';

const SECONDS = { weeks: 604_800, days: 86_400, hours: 3600, minutes: 60, seconds: 1 } as const;

/** The library also takes what only begins with a duration. */
const WHOLE = new RegExp(`^(?:${pattern.source})$`);

/** A hundred years of 365 days: longer ones leave what a date can hold. */
const LONGEST = 36_500 * SECONDS.days;

/**
 * Reads an ISO 8601 duration such as `P90D`, `P2W` or `PT36H` into seconds; undefined where it is none, is not longer
 * than nothing, or has years or months, whose length depends on where they begin.
 */
export function parseDuration(text: string): number | undefined {
  if (!WHOLE.test(text) || /[,.]|T$/.test(text)) return undefined;
  const duration = parseSafely(text);
  if (duration === undefined || duration.years || duration.months) return undefined;
  const units = Object.entries(SECONDS) as [keyof typeof SECONDS, number][];
  const seconds = units.reduce((sum, [unit, length]) => sum + (duration[unit] ?? 0) * length, 0);
  return seconds > 0 && seconds <= LONGEST ? seconds : undefined;
}

/** Seconds as people say them, in the largest unit of which it is a whole number: `14 days`, `36 hours`. */
export function printSpan(seconds: number): string {
  const { weeks: _, ...units } = SECONDS;
  const [unit, length] = Object.entries(units).find(([, each]) => seconds % each === 0) ?? ['seconds', 1];
  const count = seconds / length;
  return `${count} ${count === 1 ? unit.slice(0, -1) : unit}`;
}

function parseSafely(text: string): ReturnType<typeof parse> | undefined {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
