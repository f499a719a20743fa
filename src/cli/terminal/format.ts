import { parseAccountId } from '../../core/account/account.ts';

/** A time as a person reads it: the day in UTC, and how far off it is. */
export function formatDay(time: string | undefined, now: number): string {
  const at = time === undefined ? Number.NaN : Date.parse(time);
  if (Number.isNaN(at)) return time ?? '';
  return `${new Date(at).toISOString().slice(0, 10)} (${formatDistance(at - now)})`;
}

/** To the second, in UTC. */
export function formatTime(time: string | undefined): string {
  const at = time === undefined ? Number.NaN : Date.parse(time);
  return Number.isNaN(at) ? (time ?? '') : `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')}Z`;
}

function formatDistance(milliseconds: number): string {
  const text = formatSpan(Math.abs(milliseconds) / 1000);
  return milliseconds < 0 ? `${text} ago` : `in ${text}`;
}

export function formatSpan(seconds: number): string {
  if (seconds < 100) return `${Math.round(seconds)} s`;
  if (seconds < 100 * 60) return `${Math.round(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

export function accountName(id: string): string {
  return parseAccountId(id)?.accountName ?? id;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
