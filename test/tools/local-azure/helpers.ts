import { AzureMapsManagementClient } from '@azure/arm-maps';
import { EventGridPublisherClient } from '@azure/eventgrid';
import type { AccessToken, TokenCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { expect, onTestFinished } from 'vitest';
import {
  type AccountSeed,
  type LocalAzure,
  type LocalAzureOptions,
  startLocalAzure,
  trustCa,
} from '../../../tools/local-azure/local-azure.ts';

export const subscription = '21a9967a-e8a9-4656-a70b-96ff1c4d05a0';
export const otherSubscription = '7c1d7c1d-0000-4000-8000-000000000002';
export const group = 'rg-Maps';
export const mapsAccount: AccountSeed = { subscriptionId: subscription, resourceGroup: group, name: 'Maps1' };
export const accountPath = `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Maps/accounts/Maps1`;

/** Trusted by this process, and closed at the end of the test. */
export async function trustedAzure(options: LocalAzureOptions = {}): Promise<LocalAzure> {
  const azure = await startLocalAzure({ accounts: [mapsAccount], ...options });
  const distrust = trustCa(azure.ca);
  onTestFinished(async () => {
    distrust();
    await azure.close();
  });
  return azure;
}

export type SeenCredential = TokenCredential & { readonly scopes: string[] };

/** Hands out the stand-in's own tokens, and notes the scopes that it was asked for. */
export function localCredential(azure: LocalAzure): SeenCredential {
  const scopes: string[] = [];
  return {
    scopes,
    async getToken(asked): Promise<AccessToken> {
      const scope = Array.isArray(asked) ? String(asked[0]) : String(asked);
      scopes.push(scope);
      const audience = scope.replace(/\/\.default$/, '');
      return { token: azure.issueToken(audience), expiresOnTimestamp: Date.now() + 3_600_000 };
    },
  };
}

export function mapsClient(azure: LocalAzure, credential: TokenCredential = localCredential(azure)) {
  return new AzureMapsManagementClient(credential, subscription, {
    endpoint: azure.endpoint,
    retryOptions: { maxRetries: 0 },
  });
}

export function topicClient(azure: LocalAzure, credential: TokenCredential = localCredential(azure)) {
  return new EventGridPublisherClient(azure.topicEndpoint, 'CloudEvent', credential, {
    retryOptions: { maxRetries: 0 },
  });
}

/** The challenge's resource cannot match localhost. */
export function vaultClient(azure: LocalAzure, credential: TokenCredential = localCredential(azure)) {
  return new SecretClient(azure.vaultUri, credential, {
    disableChallengeResourceVerification: true,
    retryOptions: { maxRetries: 0 },
  });
}

export type Answer = { status: number; headers: Headers; body: unknown };

/** A request by hand, with a good token unless one is given. */
export async function call(azure: LocalAzure, path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(azure.endpoint + path, {
    ...init,
    headers: { authorization: `Bearer ${azure.issueToken(audienceOf(path, azure))}`, ...init.headers },
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
}

function audienceOf(path: string, azure: LocalAzure): string {
  if (path.startsWith('/topics/')) return 'https://eventgrid.azure.net';
  return /^\/(deleted)?secrets/.test(path) ? 'https://vault.azure.net' : azure.endpoint;
}

export function armError(code: string) {
  return { error: expect.objectContaining({ code, message: expect.stringMatching(/./) }) };
}

export function post(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  };
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
