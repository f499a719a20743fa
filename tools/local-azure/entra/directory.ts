import type { Incoming, Reply, Work } from '../server/http.ts';
import type { DeliveryTokens } from './delivery-tokens.ts';

export type DirectoryContext = { tokens: DeliveryTokens; authority: () => string };

const paths = /^\/([\w.-]+)\/(v2\.0\/\.well-known\/openid-configuration|discovery\/v2\.0\/keys)$/;

export function isDirectoryPath(path: string): boolean {
  return paths.test(path);
}

/** What a subscriber reads of Microsoft Entra ID to check a token: the OpenID metadata and the signing keys. */
export function directoryWork(incoming: Incoming, context: DirectoryContext): Work {
  return {
    operation: 'other',
    account: null,
    accountId: null,
    latency: false,
    run: () => answer(incoming, context),
    fail: (status) => ({ status }),
    headers: () => ({}),
  };
}

function answer(incoming: Incoming, context: DirectoryContext): Reply {
  const [, tenant = '', document = ''] = paths.exec(incoming.url.pathname) ?? [];
  if (incoming.method !== 'GET') return { status: 405 };
  if (document.endsWith('keys')) return { status: 200, body: context.tokens.keys() };
  const authority = `${context.authority()}/${tenant}`;
  return {
    status: 200,
    body: {
      issuer: `${authority}/v2.0`,
      authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
      token_endpoint: `${authority}/oauth2/v2.0/token`,
      jwks_uri: `${authority}/discovery/v2.0/keys`,
      response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
      subject_types_supported: ['pairwise'],
      id_token_signing_alg_values_supported: ['RS256'],
    },
  };
}
