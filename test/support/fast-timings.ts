import type { Timings } from '../../src/core/rotation/timings.ts';

/** The app's times in the proportions of the real ones, short enough for a test to wait for a takeover. */
export const TIMINGS: Timings = {
  postTimeout: 2,
  callTimeout: 3,
  sendWindow: 2,
  lease: 5,
  margin: 1,
  settleServerError: 0.5,
  settleGateway: 1,
  settleDropped: 2,
  settleTimedOut: 3,
  lateLooks: [1, 2],
  httpBudget: 6,
  firstBackoff: 1,
  maxBackoff: 4,
  maxRetryAfter: 8,
  maxAttempts: 12,
  verifyTries: 3,
  firstVerifyPause: 1,
  longestVerifyWait: 2,
  lateVerifyTries: 4,
  wakeSlack: 1,
  listBudget: 20,
  planBudget: 6,
};
