import { randomUUID } from 'node:crypto';
import { header, type Incoming, type Reply, type Work } from '../server/http.ts';
import { plainAudience, type Tokens } from './tokens.ts';

export type IdentityContext = {
  tokens: Tokens;
  identityHeader: string;
  clientId: string | undefined;
  /** The resources that the directory knows. */
  resources: readonly string[];
};

export const identityPath = '/msi/token';
const apiVersion = '2019-08-01';
/** What App Service calls the identity where it is system-assigned; only ever shown. */
const systemClientId = '0d1ce1e5-0000-4000-8000-000000000001';

/** The App Service form: https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference */
export function identityWork(incoming: Incoming, context: IdentityContext): Work {
  return {
    operation: 'token',
    account: null,
    accountId: null,
    latency: false,
    run: () => answer(incoming, context),
    fail: (status) => (status < 400 ? { status } : refused(status, usual[status] ?? fetchFailed)),
    headers: () => ({}),
  };
}

/** No recording shows what it says to a request that is not in its form. */
function answer(incoming: Incoming, context: IdentityContext): Reply {
  const query = incoming.url.searchParams;
  if (incoming.method !== 'GET') return refused(405, 'Only GET is supported.');
  if (header(incoming, 'x-identity-header') !== context.identityHeader) {
    return refused(401, 'The X-IDENTITY-HEADER is missing or wrong.');
  }
  if (query.get('api-version') !== apiVersion) return refused(400, `The api-version must be ${apiVersion}.`);
  const resource = query.get('resource');
  if (!resource) return refused(400, 'The resource is missing.');
  if ((query.get('client_id') ?? undefined)?.toLowerCase() !== context.clientId?.toLowerCase()) {
    return refused(400, identityNotFound);
  }
  const known = context.resources.some((other) => plainAudience(other) === plainAudience(resource));
  if (!known || resource.endsWith('/.default')) return refused(500, fetchFailed);
  const { token, expiresOn } = context.tokens.issue(resource);
  return {
    status: 200,
    body: {
      access_token: token,
      client_id: context.clientId ?? systemClientId,
      expires_on: String(expiresOn),
      not_before: String(Math.floor(Date.now() / 1000)),
      resource,
      token_type: 'Bearer',
    },
  };
}

const identityNotFound =
  'No User Assigned or Delegated Managed Identity found for specified ClientId/ResourceId/PrincipalId.';
/** Whatever keeps App Service from a token: an unknown resource, or Microsoft Entra ID itself. */
const fetchFailed = 'An unexpected error occured while fetching the AAD Token.';

/** Recorded are the words of 400 and 500. */
const usual: Record<number, string> = {
  400: identityNotFound,
  401: 'The X-IDENTITY-HEADER is missing or wrong.',
  429: 'Too many requests.',
};

/** App Service's own shape: not that of OAuth, and without a code. */
function refused(statusCode: number, message: string): Reply {
  const correlationId = randomUUID();
  return {
    status: statusCode,
    headers: { 'X-CORRELATION-ID': correlationId },
    body: { statusCode, message, correlationId },
  };
}
