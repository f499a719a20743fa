import type { HttpRequest } from '@azure/functions';
import { isUuid } from '../../core/known-forms.ts';

/** The caller's own id of the request; what is no GUID could be anything, so it goes nowhere. */
export function clientRequestId({ headers }: Pick<HttpRequest, 'headers'>): string | undefined {
  const id = headers.get('x-ms-client-request-id');
  return isUuid(id) ? id : undefined;
}

/** The caller's own id in the answer, where it asks for that. */
export function echoedRequestId(request: Pick<HttpRequest, 'headers'>): string | undefined {
  const isAsked = request.headers.get('x-ms-return-client-request-id')?.trim().toLowerCase() === 'true';
  return isAsked ? clientRequestId(request) : undefined;
}
