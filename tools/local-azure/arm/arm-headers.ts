import { randomBytes, randomUUID } from 'node:crypto';
import { principalId, tenantId } from '../entra/tokens.ts';
import { header, type Incoming } from '../server/http.ts';

const region = 'eastus';
/** Answers of the provider itself; lists are put together by ARM. */
const ofProvider = new Set(['getAccount', 'listKeys', 'regenerateKey']);

/**
 * What ARM adds to each answer. What its front door adds (`X-Cache`, `X-MSEdge-Ref`) is left out. No recording shows
 * the headers of a refusal: here they are those of any other answer.
 */
export function armHeaders(incoming: Incoming, operation: string, date: Date): Record<string, string> {
  const correlation = header(incoming, 'x-ms-correlation-request-id') ?? randomUUID();
  const when = `${date.toISOString().replace(/[-:]|\.\d+/g, '')}`;
  return {
    Date: date.toUTCString(),
    'Cache-Control': 'no-cache',
    Pragma: 'no-cache',
    Expires: '-1',
    'x-ms-request-id': ofProvider.has(operation) ? traceOf(incoming) : correlation,
    'x-ms-correlation-request-id': correlation,
    'x-ms-routing-request-id': `${region.toUpperCase()}:${when}:${correlation}`,
    ...(incoming.method === 'POST' && { 'x-ms-operation-identifier': operationIdentifier() }),
    'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
    'X-Content-Type-Options': 'nosniff',
  };
}

/** The provider's id of a request is no UUID: it goes on with the caller's trace. */
function traceOf(incoming: Incoming): string {
  const trace = /^00-([0-9a-f]{32})-/.exec(header(incoming, 'traceparent') ?? '')?.[1];
  return `00-${trace ?? randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
}

function operationIdentifier(): string {
  return `tenantId=${tenantId},objectId=${principalId}/${region}/${randomUUID()}`;
}
