import type { ManagedIdentityCredentialClientIdOptions, TokenCredential } from '@azure/identity';
import { DefaultAzureCredential, ManagedIdentityCredential } from '@azure/identity';
import { createIdentityClient, tellingAnswers } from './identity-exchange.ts';
import { sharingTokens } from './shared-tokens.ts';

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
 * The one credential of the process: the managed identity in Azure, a developer's own elsewhere. What asks for a token
 * ends after so many seconds: callers share it, so one that never ended would hold up all that follow. The identity
 * endpoint is tried twice in that time, so that what it answered is told before anybody's patience is over.
 */
export function createCredential(settings: CredentialSettings, seconds: number): TokenCredential {
  return sharingTokens(tellingAnswers(createSdkCredential(settings, seconds / 3), seconds));
}

function createSdkCredential(settings: CredentialSettings, trySeconds: number): TokenCredential {
  const { clientId, isInAzure, resourceManagerEndpoint } = settings;
  if (isInAzure) {
    const options: ManagedIdentityCredentialClientIdOptions = {
      retryOptions: { maxRetries: 0 },
      httpClient: createIdentityClient(trySeconds),
    };
    return new ManagedIdentityCredential(clientId === undefined ? options : { ...options, clientId });
  }
  const authorityHost = AUTHORITIES[new URL(resourceManagerEndpoint).hostname];
  return new DefaultAzureCredential({
    ...(clientId !== undefined && { managedIdentityClientId: clientId }),
    ...(authorityHost !== undefined && { authorityHost }),
  });
}
