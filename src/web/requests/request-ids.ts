import type { HttpRequest } from '@azure/functions';
import type { RequestIds } from '../../app/ports/ports.ts';
import type { Failure } from '../../core/failure.ts';
import { fault } from '../../core/failure.ts';
import { parseHttpDate } from '../../core/http-date.ts';
import type { ReplyFacts } from '../replies/reply.ts';
import { repeatabilityHeaders } from '../schema/requests.ts';
import { clientRequestId, echoedRequestId } from './client-request-id.ts';
import type { Read } from './request-reader.ts';
import { refuse } from './request-reader.ts';

const REQUEST_ID = 'Repeatability-Request-ID';
const FIRST_SENT = 'Repeatability-First-Sent';

/** The ids under which the request may be repeated. */
export function readRequestIds(request: HttpRequest): Read<RequestIds> {
  const id = request.headers.get(REQUEST_ID);
  const sent = request.headers.get(FIRST_SENT);
  if (id === null && sent === null) {
    const client = clientRequestId(request)?.toLowerCase();
    return { value: client === undefined || client === NIL_UUID ? {} : { client } };
  }
  if (id === null) return missing(REQUEST_ID, `${FIRST_SENT} needs a ${REQUEST_ID} (a GUID) beside it.`);
  if (sent === null) {
    const rule = `${REQUEST_ID} needs a ${FIRST_SENT} beside it: the HTTP date at which the request was first sent.`;
    return missing(FIRST_SENT, rule);
  }
  const parsed = repeatabilityHeaders.safeParse({ [REQUEST_ID]: id, [FIRST_SENT]: sent });
  if (!parsed.success) return refuse(parsed.error, () => 'InvalidHeader');
  const firstSent = parseHttpDate(sent, Date.now());
  return { value: { repeatability: id.toLowerCase(), ...(firstSent !== undefined && { firstSent }) } };
}

function missing(target: string, message: string): { readonly failure: Failure } {
  return { failure: fault(400, 'MissingHeader', message, { target }) };
}

const NIL_UUID = '00000000-0000-0000-0000-000000000000';

/** What each answer to a request says, whatever comes of it. */
export function readFacts(request: HttpRequest, requestId: string): ReplyFacts {
  return {
    requestId,
    clientRequestId: echoedRequestId(request),
    repeatability: repeatabilityOf(request),
  };
}

/** Whether the ids of a repeatable request hold as far as they alone tell. What only reads needs none. */
function repeatabilityOf(request: HttpRequest): ReplyFacts['repeatability'] {
  const isRepeatable = [REQUEST_ID, FIRST_SENT].some((name) => request.headers.has(name));
  if (request.method === 'GET' || !isRepeatable) return undefined;
  return 'failure' in readRequestIds(request) ? 'rejected' : 'accepted';
}
