import { randomBytes, randomInt } from 'node:crypto';
import type { AccountSeed, KeyType } from '../types.ts';

/** One of an account's two keys. Ticks are .NET's: units of 100 ns, here since 1970. */
export type MapsKey = { value: string; ticks: bigint | null; lastUpdated: string | null };

/** How each key of this stand-in begins, so that a scan for secrets knows one from any run. */
export const keyMarker = 'LocalMapsKey';
/** Since 2025; before, keys had 43. */
const keyLength = 84;
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

const MILLISECOND = 10_000n;
const SECOND = 10_000_000n;

/** The keys of a new account come a moment after it: 73 ms and 400 ms were recorded. */
const KEYS_AFTER_ACCOUNT = 100n * MILLISECOND;
/** In ticks: since 2025 a new account's secondary key is 54 to 78 µs after its primary; up to 2021 they were of one time. */
const SECONDARY_AFTER_PRIMARY = [540, 781] as const;

/** When an account was made, and its keys, where the seed leaves it open: as those of an account made in one go. */
export function seededKeys(
  seed: AccountSeed,
  now: Date,
): { createdAt: bigint; keys: Record<KeyType, MapsKey> } {
  const { primaryKeyLastUpdated: first, secondaryKeyLastUpdated: second } = seed;
  const known = seed.createdAt ?? undefined;
  const made =
    known === undefined ? ticksOf(first ?? withFraction(now)) : ticksOf(known) + KEYS_AFTER_ACCOUNT;
  return {
    createdAt: made - KEYS_AFTER_ACCOUNT,
    keys: {
      primary: seededKey(first === undefined ? made : first),
      secondary: seededKey(
        second === undefined ? made + BigInt(randomInt(...SECONDARY_AFTER_PRIMARY)) : second,
      ),
    },
  };
}

function seededKey(time: Date | string | bigint | null): MapsKey {
  if (time === null) return { value: newValue(), lastUpdated: null, ticks: null };
  const lastUpdated = typeof time === 'string' ? time : timestamp(ticksOf(time));
  return { value: newValue(), lastUpdated, ticks: ticksOf(time) };
}

/** Always later than the old one, also where the clock stands still. */
export function regeneratedKey(old: MapsKey, now: Date): MapsKey & { lastUpdated: string; ticks: bigint } {
  const clock = withFraction(now);
  const ticks = old.ticks !== null && clock <= old.ticks ? old.ticks + 1n : clock;
  return { value: newValue(), ticks, lastUpdated: timestamp(ticks) };
}

/**
 * As ARM prints it: up to seven digits of a second, with trailing zeros cut off. No recording shows a whole second:
 * here it has no fraction, as .NET writes it.
 */
export function timestamp(ticks: bigint): string {
  const fraction = String(ticks % SECOND)
    .padStart(7, '0')
    .replace(/0+$/, '');
  return new Date(Number(ticks / MILLISECOND))
    .toISOString()
    .replace(/\.\d+Z$/, fraction === '' ? 'Z' : `.${fraction}Z`);
}

export function ticksOf(time: Date | string | bigint): bigint {
  if (typeof time === 'bigint') return time;
  const milliseconds = typeof time === 'string' ? Date.parse(time) : time.getTime();
  if (Number.isNaN(milliseconds)) throw new Error(`local Azure: '${time}' is no time`);
  const fraction = typeof time === 'string' ? (/\.(\d+)/.exec(time)?.[1] ?? '') : '';
  return BigInt(milliseconds) * MILLISECOND + BigInt(fraction.padEnd(7, '0').slice(3, 7));
}

/** What a clock of milliseconds leaves open. */
function withFraction(now: Date): bigint {
  return ticksOf(now) + BigInt(randomInt(1, Number(MILLISECOND)));
}

function newValue(): string {
  const tail = Array.from(
    randomBytes(keyLength - keyMarker.length),
    (byte) => letters[byte % letters.length],
  );
  return keyMarker + tail.join('');
}
