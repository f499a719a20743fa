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
  /** Undefined where there is none, or it was disabled by hand. */
  async function readUsable(name: string, version?: string) {
    const abortSignal = AbortSignal.timeout(readTimeout);
    try {
      return await client.getSecret(name, { ...(version !== undefined && { version }), abortSignal });
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  return {
    async readCurrent() {
      const secret = await readUsable(currentSecretName(account));
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
      const secret = await readUsable(name, version);
      // It was disabled, as the app does once its key is replaced, or deleted: the account knows the key.
      if (!secret?.value) return fallback.readAnnounced(event);
      return { keyType, value: secret.value, keyLastUpdated };
    },
  };
}

/** The app keeps there what it announced last. */
export function currentSecretName({ id, accountName }: MapsAccount): string {
  const hash = createHash('sha256').update(id.toLowerCase()).digest('hex').slice(0, 16);
  return `${accountName.replace(/[^0-9A-Za-z-]/g, '-')}-current-${hash}`;
}

/** Key Vault hands out no version that is disabled: it answers 403, as to who has no role, and says so. */
function isGone(error: unknown): boolean {
  const { statusCode, message = '' } = error as { statusCode?: number; message?: string };
  return statusCode === 404 || (statusCode === 403 && /\bnot allowed on an? disabled\b/i.test(message));
}

function isKeyType(
  value: string | undefined,
): value is KeyRegeneratedEvent['data']['keyType'] & MapsKey['keyType'] {
  return value === 'primary' || value === 'secondary';
}
