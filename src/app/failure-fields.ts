import type { Failure } from '../core/failure.ts';

/** What the log has of a failure; by the last two, the support of a service finds the call that it refused. */
export function failureFields(failure: Failure | undefined) {
  const { code, serviceStatus, correlationId } = failure ?? {};
  return { code, serviceStatus, correlationId };
}
