import { randomUUID } from 'node:crypto';
import { header, type Incoming, type Reply, type Work } from '../server/http.ts';
import type { Operation } from '../types.ts';
import { badParameter, tokenRefused, vaultAudience, vaultError, vaultFault } from './key-vault-errors.ts';
import {
  type Ask,
  deleteSecret,
  getDeletedSecret,
  getSecret,
  listDeletedSecrets,
  listSecrets,
  listVersions,
  purgeSecret,
  recoverSecret,
  setSecret,
  updateSecret,
  type VaultContext,
} from './key-vault-secrets.ts';

type Route = {
  method: string;
  path: RegExp;
  operation: Operation | 'other';
  answer(ask: Ask): Reply;
};

const apiVersions = ['7.5', '7.6-preview.2', '7.6', '2025-07-01', '2026-04-01'];
const names = /^[0-9a-zA-Z-]{1,127}$/;

const list = /^\/secrets\/?$/i;
const one = /^\/secrets\/([^/]+)\/?$/i;
const versions = /^\/secrets\/([^/]+)\/versions\/?$/i;
const oneVersion = /^\/secrets\/([^/]+)(?:\/([^/]*))?\/?$/i;
const allDeleted = /^\/deletedsecrets\/?$/i;
const deleted = /^\/deletedsecrets\/([^/]+)\/?$/i;
const recovery = /^\/deletedsecrets\/([^/]+)\/recover\/?$/i;

/** The first that fits. */
const routes: readonly Route[] = [
  { method: 'GET', path: list, operation: 'other', answer: listSecrets },
  { method: 'PUT', path: one, operation: 'setSecret', answer: setSecret },
  { method: 'DELETE', path: one, operation: 'deleteSecret', answer: deleteSecret },
  { method: 'GET', path: versions, operation: 'listSecretVersions', answer: listVersions },
  { method: 'GET', path: oneVersion, operation: 'getSecret', answer: getSecret },
  { method: 'PATCH', path: oneVersion, operation: 'updateSecret', answer: updateSecret },
  { method: 'GET', path: deleted, operation: 'getDeletedSecret', answer: getDeletedSecret },
  { method: 'GET', path: allDeleted, operation: 'other', answer: listDeletedSecrets },
  { method: 'DELETE', path: deleted, operation: 'other', answer: purgeSecret },
  { method: 'POST', path: recovery, operation: 'other', answer: recoverSecret },
];

export function isVaultPath(path: string): boolean {
  return /^\/(deleted)?secrets(\/|$)/i.test(path);
}

/**
 * https://learn.microsoft.com/rest/api/keyvault/secrets. A request without a token only asks for the challenge:
 * it is no operation, so that faults and hooks meet the one that follows it.
 */
export function vaultWork(incoming: Incoming, context: VaultContext): Work {
  const { method, url } = incoming;
  const route = routes.find((other) => other.method === method && other.path.test(url.pathname));
  const [, name = '', version = ''] = route?.path.exec(url.pathname) ?? [];
  const tokenGiven = header(incoming, 'authorization') !== null;
  const operation = tokenGiven && route ? route.operation : 'other';
  return {
    operation,
    account: null,
    accountId: null,
    secret: name,
    latency: true,
    run: () => answer(route, { ...context, incoming, name, version }),
    fail: (status, code) => vaultFault(status, code, operation),
    headers: () => vaultHeaders(incoming),
  };
}

/** What Key Vault adds to each answer, a refusal too. */
function vaultHeaders(incoming: Incoming): Record<string, string> {
  const clientRequestId = header(incoming, 'x-ms-client-request-id');
  return {
    'Cache-Control': 'no-cache',
    Pragma: 'no-cache',
    Expires: '-1',
    'Strict-Transport-Security': 'max-age=31536000;includeSubDomains',
    'X-Content-Type-Options': 'nosniff',
    ...(clientRequestId !== null && { 'x-ms-client-request-id': clientRequestId }),
    'x-ms-keyvault-network-info': 'conn_type=Ipv4;addr=127.0.0.1;act_addr_fam=InterNetwork;',
    'x-ms-keyvault-region': 'eastus',
    'x-ms-keyvault-service-version': '1.9.4000.1',
    'x-ms-request-id': randomUUID(),
  };
}

/** What it says to a wrong address, version or body is documented at most, and in no recording. */
function answer(route: Route | undefined, ask: Ask): Reply {
  const { incoming, tokens } = ask;
  const check = tokens.check(header(incoming, 'authorization') ?? undefined, [vaultAudience]);
  if (!check.ok) return tokenRefused(check);
  const asked = incoming.url.searchParams.get('api-version');
  if (asked === null) return badParameter('The api-version query parameter is required.');
  if (!apiVersions.includes(asked)) {
    return badParameter(
      `The specified version (${asked}) is not recognized. Consider using the latest supported version (${apiVersions.at(-1)}).`,
    );
  }
  if (!route) {
    const known = routes.some((other) => other.path.test(incoming.url.pathname));
    return known
      ? vaultError(405, 'MethodNotAllowed', `The method ${incoming.method} is not allowed here.`)
      : vaultError(404, 'NotFound', `The path ${incoming.url.pathname} is not known.`);
  }
  if (route.path !== list && route.path !== allDeleted && !names.test(ask.name)) {
    return badParameter(`The request URI contains an invalid name: ${ask.name}`);
  }
  return route.answer(ask);
}
