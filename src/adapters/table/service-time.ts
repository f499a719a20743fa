import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import type { Clock } from '../../app/ports/ports.ts';

/** A service's clock as its answers tell it. */
export interface ServiceTime {
  readonly policy: PipelinePolicy;
  /** Milliseconds since 1970; by the clock of this instance until the service has answered once. */
  now(): number;
}

/**
 * Between two answers it goes on by the monotonic clock. The `Date` of an answer has whole seconds, and the answer may have
 * been long on its way, so that the time counts from when it was asked for: rather late than early, since what is kept
 * says how long something is left alone.
 */
export function createServiceTime(clock: Pick<Clock, 'now' | 'monotonic'>): ServiceTime {
  let learned: { readonly time: number; readonly at: number } | undefined;
  return {
    policy: {
      name: 'serviceTimePolicy',
      async sendRequest(request, next) {
        const at = clock.monotonic();
        const response = await next(request);
        const time = Date.parse(response.headers.get('date') ?? '');
        if (!Number.isNaN(time)) learned = { time, at };
        return response;
      },
    },
    now: () => (learned === undefined ? clock.now() : learned.time + (clock.monotonic() - learned.at) * 1000),
  };
}
