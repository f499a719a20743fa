import type { KeyType } from '../../src/core/account/key-type.ts';
import { fromMilliseconds, toMilliseconds } from '../../src/core/time.ts';

/** How ARM writes the times of an account's keys. */
export const TIME_STYLES = [
  /** Seven digits of a second, always. */
  'exact',
  /** Seven digits in the answer of regenerateKey, without trailing zeros in that of listKeys. */
  'trimmed',
  /** Full seconds: two changes may have one time. */
  'coarse',
  /** Some of a second or more before or after the moment of the change. */
  'skewed',
  'absent',
  'null',
  'empty',
  'year-one',
  'primary-only',
  'secondary-only',
  'unreadable',
] as const;

export type TimeStyle = (typeof TIME_STYLES)[number];

/** One time in the two answers that have it. `null` stands where ARM wrote that. */
export interface WrittenTime {
  readonly post: string | null | undefined;
  readonly list: string | null | undefined;
}

export const NO_TIME: WrittenTime = { post: undefined, list: undefined };

/** A time of `digits` ten-thousandths of a millisecond after `milliseconds`. */
export function writeTime(
  style: TimeStyle,
  keyType: KeyType,
  milliseconds: number,
  digits: number,
): WrittenTime {
  const exact = (ticks: number) =>
    `${fromMilliseconds(milliseconds).slice(0, -1)}${String(ticks % 10_000).padStart(4, '0')}Z`;
  const both = (time: string | null | undefined): WrittenTime => ({ post: time, list: time });
  switch (style) {
    case 'exact':
    case 'skewed':
      return both(exact(digits));
    case 'trimmed': {
      const post = exact(digits * 10);
      return { post, list: withoutZeros(post) };
    }
    case 'coarse':
      return both(fromMilliseconds(Math.floor(milliseconds / 1000) * 1000).replace('.000Z', 'Z'));
    case 'absent':
      return NO_TIME;
    case 'null':
      return both(null);
    case 'empty':
      return both('');
    case 'year-one':
      return both('0001-01-01T00:00:00Z');
    case 'primary-only':
      return keyType === 'primary' ? both(exact(digits)) : NO_TIME;
    case 'secondary-only':
      return keyType === 'secondary' ? both(exact(digits)) : NO_TIME;
    case 'unreadable':
      return both('yesterday, or so');
    default:
      return style satisfies never;
  }
}

/** The instant that a time names, in one form for each; undefined where it names none. */
export function instantOf(time: string | null | undefined): string | undefined {
  if (time == null || toMilliseconds(time) === undefined || time.startsWith('0001-')) return undefined;
  return withoutZeros(time);
}

function withoutZeros(time: string): string {
  return time.replace(/(\.\d*?)0+Z$/, '$1Z').replace('.Z', 'Z');
}
