import type { SecretClient, SecretProperties } from '@azure/keyvault-secrets';
import { isLater } from 'maps-key-rotation/events';
import type { KeyStore } from './refresh-key.ts';

/** More rounds than writers are at work at once. */
const ROUNDS = 10;

/** The application's secret. Its versions carry the time of their key as a tag: all that has to be remembered. */
export function createKeyStore(client: SecretClient, name: string): KeyStore {
  return {
    async settle() {
      for (let round = 0; round < ROUNDS; round++) {
        const newest = await newestVersion(client, name);
        if (newest === undefined) return undefined;
        const { properties: current } = await client.getSecret(name);
        // One without the tag was written by somebody who had a reason: it stays, until there is a newer key.
        if (timeOf(current) === undefined || !isLater(timeOf(newest), timeOf(current))) return timeOf(newest);
        await makeCurrent(client, newest);
      }
      throw new Error('Others write the secret all the time.');
    },
    async put({ value, keyType, keyLastUpdated }, rotationId) {
      const tags = { keyType, rotationId, ...(keyLastUpdated !== undefined && { keyLastUpdated }) };
      await client.setSecret(name, value, { contentType: 'text/plain', tags });
    },
  };
}

async function newestVersion(client: SecretClient, name: string): Promise<SecretProperties | undefined> {
  let newest: SecretProperties | undefined;
  for await (const version of client.listPropertiesOfSecretVersions(name)) {
    if (version.enabled !== false && isLater(timeOf(version), timeOf(newest))) newest = version;
  }
  return newest;
}

/**
 * Key Vault takes the version written last for the current one and knows no conditional writes: of two at once, the
 * older key can come last. The one that finds it so, or the next delivery, writes the newest once more.
 */
async function makeCurrent(client: SecretClient, { name, version, tags }: SecretProperties): Promise<void> {
  const { value } = await client.getSecret(name, { ...(version !== undefined && { version }) });
  if (value === undefined) throw new Error('A version of the secret has no value.');
  await client.setSecret(name, value, { contentType: 'text/plain', ...(tags && { tags }) });
}

function timeOf(version: SecretProperties | undefined): string | undefined {
  return version?.tags?.keyLastUpdated;
}
