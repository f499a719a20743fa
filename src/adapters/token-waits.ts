import { AsyncLocalStorage } from 'node:async_hooks';
import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import type { Failure } from '../core/failure.ts';
import { identityFailure } from '../core/service-codes/identity-failure.ts';
import { timedOut, toFailure } from './azure-failure.ts';
import type { CallSite } from './call-site.ts';
import { DeadlineError, withDeadline } from './deadline.ts';

/** How far the requests of one call have come. */
interface Progress {
  underWay: number;
  /** Whether the service has answered all that it was sent, with nothing but the question for a token. */
  isAsked: boolean;
}

const calls = new AsyncLocalStorage<Progress>();

/** Sees each request once it has its token; Key Vault is asked without one first, to be told for whom it has to be. */
export const tokenWaitPolicy = {
  policy: {
    name: 'tokenWaitPolicy',
    async sendRequest(request, next) {
      const progress = calls.getStore();
      if (progress === undefined) return next(request);
      progress.underWay += 1;
      progress.isAsked = false;
      try {
        const response = await next(request);
        progress.isAsked = response.status === 401;
        return response;
      } finally {
        progress.underWay -= 1;
      }
    },
  } satisfies PipelinePolicy,
  position: 'perRetry',
} as const;

/** As `withDeadline`, and what it throws is told: of a call that only waits for its token, that there is none. */
export async function attemptInTime<T>(
  seconds: number,
  call: (signal: AbortSignal) => Promise<T>,
  site: CallSite,
): Promise<
  { readonly kind: 'ok'; readonly value: T } | { readonly kind: 'failed'; readonly failure: Failure }
> {
  const progress: Progress = { underWay: 0, isAsked: true };
  let waitsForToken = false;
  try {
    const value = await calls.run(progress, () =>
      withDeadline(seconds, (signal) => {
        signal.addEventListener('abort', () => {
          waitsForToken = progress.underWay === 0 && progress.isAsked;
        });
        return call(signal);
      }),
    );
    return { kind: 'ok', value };
  } catch (error) {
    if (!(error instanceof DeadlineError)) return { kind: 'failed', failure: toFailure(error, site) };
    const failure = waitsForToken ? identityFailure(site, { kind: 'none' }) : timedOut(site, error.seconds);
    return { kind: 'failed', failure };
  }
}
