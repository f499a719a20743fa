import { header, type Incoming, type Reply, type Work } from './http.ts';
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
    fail: (status, code) =>
      status < 400 ? { status } : refused(status, code ?? 'invalid_request', 'The request failed.'),
    headers: () => ({}),
  };
}

function answer(incoming: Incoming, context: IdentityContext): Reply {
  const query = incoming.url.searchParams;
  if (incoming.method !== 'GET') return refused(405, 'invalid_request', 'Only GET is supported.');
  if (header(incoming, 'x-identity-header') !== context.identityHeader) {
    return refused(401, 'unauthorized_client', 'The X-IDENTITY-HEADER is missing or wrong.');
  }
  if (query.get('api-version') !== apiVersion) {
    return refused(400, 'invalid_request', `The api-version must be ${apiVersion}.`);
  }
  const resource = query.get('resource');
  if (!resource) return refused(400, 'invalid_request', 'The resource is missing.');
  if ((query.get('client_id') ?? undefined)?.toLowerCase() !== context.clientId?.toLowerCase()) {
    return refused(400, 'invalid_request', 'Identity not found');
  }
  const known = context.resources.some((other) => plainAudience(other) === plainAudience(resource));
  if (!known || resource.endsWith('/.default')) {
    const message = `AADSTS500011: The resource principal named ${resource} was not found in the tenant.`;
    return refused(400, 'invalid_resource', message);
  }
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

function refused(status: number, error: string, description: string): Reply {
  return { status, body: { error, error_description: description } };
}
