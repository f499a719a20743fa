import { createDefaultHttpClient } from '@azure/core-rest-pipeline';
import type { ManagedIdentityCredentialClientIdOptions, TokenCredential } from '@azure/identity';
import { DefaultAzureCredential, ManagedIdentityCredential } from '@azure/identity';

export interface CredentialSettings {
  /** The user-assigned managed identity's client id. */
  readonly clientId?: string;
  readonly resourceManagerEndpoint: string;
  /** Whether the platform offers a managed identity. */
  readonly isInAzure: boolean;
}

// https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure
const AUTHORITIES: Readonly<Record<string, string>> = {
  'management.usgovcloudapi.net': 'https://login.microsoftonline.us',
  'management.chinacloudapi.cn': 'https://login.chinacloudapi.cn',
};

/**
 * The one credential of the process: the managed identity in Azure, a developer's own elsewhere. Each try for a token
 * ends after `trySeconds`: callers share a request under way, so one that never ended would hold up all that follow.
 */
export function createCredential(settings: CredentialSettings, trySeconds: number): TokenCredential {
  const { clientId, isInAzure, resourceManagerEndpoint } = settings;
  const http = createDefaultHttpClient();
  const options: ManagedIdentityCredentialClientIdOptions = {
    // More of them would outlast any caller: a failed token is tried again with the call that needed it.
    retryOptions: { maxRetries: 1, retryDelayInMs: 300, maxRetryDelayInMs: 600 },
    // A policy would do, but the credential puts its own in the place of those that it is given.
    httpClient: {
      sendRequest(request) {
        request.timeout = trySeconds * 1000;
        return http.sendRequest(request);
      },
    },
  };
  if (isInAzure) {
    return new ManagedIdentityCredential(clientId === undefined ? options : { ...options, clientId });
  }
  const authorityHost = AUTHORITIES[new URL(resourceManagerEndpoint).hostname];
  return new DefaultAzureCredential({
    ...(clientId !== undefined && { managedIdentityClientId: clientId }),
    ...(authorityHost !== undefined && { authorityHost }),
  });
}
