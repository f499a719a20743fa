import { app } from '@azure/functions';
import { DefaultAzureCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';
import { fromResourceManager, fromSharedVault } from './key-source.ts';
import { createKeyStore } from './key-store.ts';
import { isRefused } from './maps-probe.ts';
import { type Parts, refreshKey } from './refresh-key.ts';
import { readSettings } from './settings.ts';

let parts: Parts | undefined;

app.eventGrid<unknown>('refreshKey', {
  async handler(event, context) {
    parts ??= createParts();
    await refreshKey(event, parts, {
      info: (message, fields) => context.info(JSON.stringify({ message, ...fields })),
      warn: (message, fields) => context.warn(JSON.stringify({ message, ...fields })),
    });
  },
});

function createParts(): Parts {
  const { accountId, clientId, vaultUri, sharedVaultUri, secretName, ...endpoints } = readSettings(
    process.env,
  );
  const credential = new DefaultAzureCredential({
    ...(clientId !== undefined && { managedIdentityClientId: clientId }),
  });
  const vault = (uri: string) =>
    new SecretClient(uri, credential, { disableChallengeResourceVerification: isLocal(uri) });
  return {
    accountId,
    readKey:
      sharedVaultUri === undefined
        ? fromResourceManager(credential, endpoints.resourceManagerEndpoint)
        : fromSharedVault(vault(sharedVaultUri)),
    isRefused: (key) => isRefused(endpoints.mapsEndpoint, key),
    store: createKeyStore(vault(vaultUri), secretName),
  };
}

/** A vault's address has to lie within the domain that its tokens are for; that of a stand-in can't. */
function isLocal(uri: string): boolean {
  return new URL(uri).hostname === 'localhost';
}
