import type { Failure } from '../core/failure.ts';

/** What the log has of a failure; by the last one, the support of a service finds the call that it refused. */
export function failureFields(failure: Failure | undefined) {
  const { code, serviceStatus, serviceCode, correlationId } = failure ?? {};
  return { code, serviceStatus, serviceCode, correlationId };
}
