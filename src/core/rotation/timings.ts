/**
 * The times on which safety rests, in seconds. They are constants and no settings: a shorter one can let a key be
 * regenerated twice. A POST leaves at most `sendWindow` after its lease began (plus `margin`, for a process that
 * froze in between), so at takeover (`lease + margin`) it is at least `settleTimedOut` old.
 */
export interface Timings {
  /** How long ARM may take to answer one `regenerateKey`. */
  readonly postTimeout: number;
  /** How long any other outside call may take. */
  readonly callTimeout: number;
  /** From the start of the write of a lease to the latest moment at which its POST may be sent. */
  readonly sendWindow: number;
  readonly lease: number;
  /** The longest time for which a process is assumed to freeze between its check of the deadline and the send. */
  readonly margin: number;
  /** After a 5xx arrived: how long ARM may still take to make the change that it did not confirm. */
  readonly settleServerError: number;
  /** The same after a 502, 503 or 504: a gateway gave up waiting for what may still be at work behind it. */
  readonly settleGateway: number;
  /** After a POST was sent whose connection broke. */
  readonly settleDropped: number;
  /** After a POST was sent that nobody answered. */
  readonly settleTimedOut: number;
  /**
   * The pauses between the looks at an account for a change that ARM makes after all, once its rotation ended with a
   * POST that had come to nothing so far.
   */
  readonly lateLooks: readonly number[];
  /** How long an HTTP request waits for its rotation. */
  readonly httpBudget: number;
  /** The first delay before a refused call is tried again; it doubles with each attempt up to `maxBackoff`. */
  readonly firstBackoff: number;
  readonly maxBackoff: number;
  /** The longest `Retry-After` that is obeyed; a Storage queue hides no message for longer than 7 days. */
  readonly maxRetryAfter: number;
  /** How often one rotation of the timer is tried before it is given up. */
  readonly maxAttempts: number;
  /** How often a new key is tried on Azure Maps before it is announced as not verified. */
  readonly verifyTries: number;
  /** The first delay before a new key is tried again; it doubles with each try. */
  readonly firstVerifyPause: number;
  /** For how long the trial waits before the event at most where Azure Maps asks for time. */
  readonly longestVerifyWait: number;
  /** How often it is tried after that, for as long as it waits to become the current one. */
  readonly lateVerifyTries: number;
  /** How late a rotation's own message may be before it is woken by another one. */
  readonly wakeSlack: number;
  /** How long one run of the timer lists scopes. */
  readonly listBudget: number;
  /** How long one page of the plan lists scopes. */
  readonly planBudget: number;
}

export const TIMINGS: Timings = {
  postTimeout: 10,
  callTimeout: 10,
  sendWindow: 5,
  lease: 30,
  margin: 15,
  settleServerError: 3,
  settleGateway: 20,
  settleDropped: 10,
  settleTimedOut: 20,
  lateLooks: [60, 300, 1800, 7200, 43_200],
  httpBudget: 25,
  firstBackoff: 15,
  maxBackoff: 3600,
  maxRetryAfter: 86_400,
  maxAttempts: 40,
  verifyTries: 6,
  firstVerifyPause: 2,
  longestVerifyWait: 60,
  // With at most `maxBackoff` between two of them, about a week.
  lateVerifyTries: 175,
  wakeSlack: 60,
  listBudget: 180,
  planBudget: 20,
};
