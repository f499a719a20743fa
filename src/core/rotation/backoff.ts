import type { Failure } from '../failure.ts';
import { knownCode } from '../service-codes/index.ts';
import type { Timings } from './timings.ts';

/**
 * Seconds until a refused call is tried again: never less than the service asked for, and twice as long with each
 * attempt, spread by up to a quarter so that a fleet does not come back at once. What gets the same answer for the same
 * bytes is at its longest delay from the first time on.
 */
export function backoff(id: string, attempt: number, failure: Failure, timings: Timings): number {
  const { firstBackoff, maxBackoff, maxRetryAfter } = timings;
  const asked = failure.retryAfterSeconds;
  const doublings = asked === undefined ? attempt : attempt - ASKED_GRACE;
  const isSlow = knownCode(failure.code)?.slow === true;
  const doubled = doublings < 0 ? 1 : Math.min(firstBackoff * 2 ** Math.min(doublings, 20), maxBackoff);
  const grown = isSlow ? maxBackoff : doubled;
  return Math.min(Math.max(asked ?? 0, grown * (1 + spread(id, attempt) / 4)), maxRetryAfter);
}

/** How often a `Retry-After` is taken at its word before the delay grows beyond it. */
const ASKED_GRACE = 3;

/** From 0 to 1, and for the same id and attempt the same: the ids of a fleet are as good as a random number. */
export function spread(id: string, attempt: number): number {
  const hash = [...id].reduce(
    (sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) % 65_536,
    attempt,
  );
  return ((hash * 40_503) % 65_536) / 65_536;
}
