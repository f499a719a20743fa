import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import { RestError } from '@azure/core-rest-pipeline';
import { isCallersTimeOver, withinCallersTime } from './callers-time.ts';

/** Storage answers in milliseconds or not at all, and behind each of its calls somebody waits. */
export const STORAGE_TRY_SECONDS = 3;
export const STORAGE_TRIES = 3;

/** A code after which the SDK tries again. */
const NO_ANSWER = 'ETIMEDOUT';

/**
 * Ends a try that has no answer in time, in a way that the SDK repeats: a request that it aborts itself counts as one
 * that its caller gave up. Once the caller's time is over there is no further try.
 */
export const storageTryPolicy: PipelinePolicy = {
  name: 'storageTryPolicy',
  async sendRequest(request, next) {
    const seconds = withinCallersTime(STORAGE_TRY_SECONDS);
    request.timeout = seconds * 1000;
    try {
      return await next(request);
    } catch (error) {
      const isLate = error instanceof Error && error.name === 'AbortError' && !request.abortSignal?.aborted;
      if (!isLate || isCallersTimeOver()) throw error;
      throw new RestError(`No answer within ${seconds} s.`, { code: NO_ANSWER, request });
    }
  },
};
