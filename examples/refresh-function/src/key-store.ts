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
        const current = await currentVersion(client, name);
        // One that was disabled is no current one: what takes its place is the next new key. One without the tag was
        // written by somebody who had a reason: it stays, until there is a newer key.
        if (timeOf(current) === undefined || !isLater(timeOf(newest), timeOf(current))) return timeOf(newest);
        await makeCurrent(client, newest);
      }
      throw new Error('Others write the secret all the time.');
    },
    async put({ value, keyType, keyLastUpdated }, rotationId) {
      const tags = {
        keyType,
        ...(rotationId !== undefined && { rotationId }),
        ...(keyLastUpdated !== undefined && { keyLastUpdated }),
      };
      await write(client, name, value, tags);
    },
    isEmpty: async () => (await currentVersion(client, name)) === undefined,
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
  await write(client, name, value, tags ?? {});
}

/** Undefined where there is none. Key Vault does hand out a version that has expired, or is not valid yet. */
async function currentVersion(client: SecretClient, name: string): Promise<SecretProperties | undefined> {
  try {
    return (await client.getSecret(name)).properties;
  } catch (error) {
    if (isNotThere(error)) return undefined;
    throw error;
  }
}

/** Key Vault answers 403 of a version that was disabled, as it does to who has no role, and says which it is. */
function isNotThere(error: unknown): boolean {
  const { statusCode, message } = toRefusal(error);
  return statusCode === 404 || (statusCode === 403 && /\bnot allowed on an? disabled\b/i.test(message));
}

async function write(
  client: SecretClient,
  name: string,
  value: string,
  tags: Record<string, string>,
): Promise<void> {
  try {
    await client.setSecret(name, value, { contentType: 'text/plain', tags });
  } catch (error) {
    if (toRefusal(error).statusCode !== 409) throw error;
    // Without its cause, which has the request, and so the key.
    throw new Error(
      `The secret ${name} was deleted, and its vault keeps the name: recover it (az keyvault secret recover), or purge it.`,
    );
  }
}

function toRefusal(error: unknown): { readonly statusCode?: number; readonly message: string } {
  const { statusCode, message } = error as { statusCode?: unknown; message?: unknown };
  return {
    ...(typeof statusCode === 'number' && { statusCode }),
    message: typeof message === 'string' ? message : '',
  };
}

function timeOf(version: SecretProperties | undefined): string | undefined {
  return version?.tags?.keyLastUpdated;
}
