import { createHash } from 'node:crypto';
import type { TokenCredential } from '@azure/identity';
import { parseKeyVaultSecretIdentifier, SecretClient } from '@azure/keyvault-secrets';
import type { KeyRegeneratedEvent } from 'maps-key-rotation/events';
import type { MapsKey } from './key-holder.ts';
import { type KeySource, readTimeout } from './key-source.ts';
import type { MapsAccount } from './settings.ts';

/** Takes the role Key Vault Secrets User. `fallback` reads what is not in the vault. */
export function createVaultSource(
  account: MapsAccount,
  vaultUri: string,
  credential: TokenCredential,
  fallback: KeySource,
): KeySource {
  const client = new SecretClient(vaultUri, credential, {
    // The stand-in that the tests use has one address for all services.
    disableChallengeResourceVerification: new URL(vaultUri).hostname === 'localhost',
  });
  const read = (name: string, version?: string) =>
    client.getSecret(name, {
      ...(version !== undefined && { version }),
      abortSignal: AbortSignal.timeout(readTimeout),
    });

  return {
    async readCurrent() {
      const secret = await read(currentSecretName(account)).catch(noSecret);
      const { keyType, keyLastUpdated } = secret?.properties.tags ?? {};
      if (!secret?.value || !isKeyType(keyType)) return fallback.readCurrent();
      return { keyType, value: secret.value, keyLastUpdated };
    },
    async readAnnounced(event) {
      const { secretId, keyType, keyLastUpdated } = event.data;
      // A token for one vault must not go to another that an event names.
      if (secretId === undefined || new URL(secretId).origin !== vaultUri)
        return fallback.readAnnounced(event);
      const { name, version } = parseKeyVaultSecretIdentifier(secretId);
      const { value } = await read(name, version);
      if (!value) throw new Error('The secret is empty.');
      return { keyType, value, keyLastUpdated };
    },
  };
}

/** The app keeps there what it announced last. */
export function currentSecretName({ id, accountName }: MapsAccount): string {
  const hash = createHash('sha256').update(id.toLowerCase()).digest('hex').slice(0, 16);
  return `${accountName.replace(/[^0-9A-Za-z-]/g, '-')}-current-${hash}`;
}

function noSecret(error: { statusCode?: number }): undefined {
  if (error.statusCode !== 404) throw error;
}

function isKeyType(
  value: string | undefined,
): value is KeyRegeneratedEvent['data']['keyType'] & MapsKey['keyType'] {
  return value === 'primary' || value === 'secondary';
}
