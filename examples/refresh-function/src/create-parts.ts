import { DefaultAzureCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import type { FirstKeyParts } from './first-key.ts';
import { firstKeyFrom, fromResourceManager, fromSharedVault } from './key-source.ts';
import { createKeyStore } from './key-store.ts';
import { isRefused } from './maps-probe.ts';
import type { Parts } from './refresh-key.ts';
import type { Settings } from './settings.ts';

export function createParts(settings: Settings): Parts & FirstKeyParts {
  const { accountId, clientId, vaultUri, sharedVaultUri, secretName, authorityHost } = settings;
  const credential = new DefaultAzureCredential({
    authorityHost,
    ...(clientId !== undefined && { managedIdentityClientId: clientId }),
  });
  const vault = (uri: string) =>
    new SecretClient(uri, credential, { disableChallengeResourceVerification: isLocal(uri) });
  return {
    accountId,
    readKey:
      sharedVaultUri === undefined
        ? fromResourceManager(credential, settings.resourceManagerEndpoint)
        : fromSharedVault(vault(sharedVaultUri)),
    readFirstKey: firstKeyFrom(credential, settings.resourceManagerEndpoint, accountId),
    isRefused: (key) => isRefused(settings.mapsEndpoint, key),
    store: createKeyStore(vault(vaultUri), secretName),
  };
}

/** A vault's address has to lie within the domain that its tokens are for; that of a stand-in can't. */
function isLocal(uri: string): boolean {
  return new URL(uri).hostname === 'localhost';
}
