import { randomBytes } from 'node:crypto';

/** One of an account's two keys. Ticks are .NET's: units of 100 ns, here since 1970. */
export type MapsKey = { value: string; ticks: bigint | null; lastUpdated: string | null };

/** How each key of this stand-in begins, so that a scan for secrets knows one from any run. */
export const keyMarker = 'LocalMapsKey';
const keyLength = 84;
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export function seededKey(time: Date | string | null): MapsKey {
  const lastUpdated = time === null ? null : timestamp(time);
  return { value: newValue(), lastUpdated, ticks: lastUpdated === null ? null : toTicks(lastUpdated) };
}

/** Always later than the old one, also where the clock stands still. */
export function regeneratedKey(old: MapsKey, now: Date, fraction: number): MapsKey & { lastUpdated: string } {
  const clock = BigInt(now.getTime()) * 10_000n + BigInt(fraction % 10_000);
  const ticks = old.ticks !== null && clock <= old.ticks ? old.ticks + 1n : clock;
  return { value: newValue(), ticks, lastUpdated: fromTicks(ticks) };
}

/** As ARM prints it, with seven fractional digits; a string is taken as it is. */
export function timestamp(time: Date | string): string {
  return typeof time === 'string' ? time : fromTicks(BigInt(time.getTime()) * 10_000n);
}

function newValue(): string {
  const tail = Array.from(
    randomBytes(keyLength - keyMarker.length),
    (byte) => letters[byte % letters.length],
  );
  return keyMarker + tail.join('');
}

function fromTicks(ticks: bigint): string {
  const fraction = String(ticks % 10_000_000n).padStart(7, '0');
  return new Date(Number(ticks / 10_000n)).toISOString().replace(/\.\d+Z$/, `.${fraction}Z`);
}

function toTicks(text: string): bigint {
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) throw new Error(`local Azure: '${text}' is no time`);
  const fraction = (/\.(\d+)/.exec(text)?.[1] ?? '').padEnd(7, '0').slice(3, 7);
  return BigInt(milliseconds) * 10_000n + BigInt(fraction);
}
