import type { SecretClient, SecretProperties } from '@azure/keyvault-secrets';
import type { SecretVersion } from '../../core/rotation/secret-versions.ts';
import { statusOf } from '../azure-failure.ts';

/** Of 25 versions each. Whatever a secret has become over the years, storing a key makes so many calls at most. */
const MOST_PAGES = 4;

/** A crash leaves one version too many enabled at most, and between two of one key there is one of the other. */
const LONGEST_WALK = 4;

/** Stands where a version was the first one of its secret. */
export const FIRST = 'none';

/** With what secrets are looked up. */
export interface Lookup {
  readonly client: SecretClient;
  /** Without retries: what is not said at once is looked up in another way. */
  readonly hasty: SecretClient;
  readonly hasteMs: number;
  readonly abortSignal: AbortSignal;
}

/** What is known of a secret without going through all of its versions. */
export interface KnownVersions {
  readonly latest?: SecretVersion;
  readonly others: readonly SecretVersion[];
}

/**
 * The latest version, and some pages of the others where it was not written by this app, or by an earlier version of
 * it: then it does not say which one it followed. `undefined` as the latest where the secret was never written.
 */
export async function lookUp(name: string, lookup: Lookup): Promise<KnownVersions> {
  const { client, abortSignal } = lookup;
  const latest = await latestVersion(name, lookup);
  if (latest?.tags.previousVersion !== undefined) return { latest, others: [] };
  const others = await firstVersions(client, name, abortSignal);
  return { ...(latest && { latest }), others: others.filter(({ id }) => id !== latest?.id) };
}

/** From a version back to those that it followed, up to one that is disabled: what came before that one is, too. */
export async function walkBack(
  client: SecretClient,
  name: string,
  from: SecretVersion,
  abortSignal: AbortSignal,
): Promise<SecretVersion[]> {
  const walked: SecretVersion[] = [];
  for (let next: SecretVersion | undefined = from; next !== undefined && walked.length < LONGEST_WALK; ) {
    walked.push(next);
    const previous: string | undefined = next.enabled ? next.tags.previousVersion : undefined;
    next =
      previous === undefined || previous === FIRST
        ? undefined
        : await properties(client, name, previous, abortSignal);
  }
  return walked;
}

/**
 * A change that changes nothing is the one call by which Key Vault shows the tags of the latest version without its
 * value. Where it says nothing, the lists have to do.
 * https://learn.microsoft.com/rest/api/keyvault/secrets/update-secret
 */
async function latestVersion(
  name: string,
  { hasty, hasteMs, abortSignal }: Lookup,
): Promise<SecretVersion | undefined> {
  try {
    return await properties(hasty, name, '', AbortSignal.any([abortSignal, AbortSignal.timeout(hasteMs)]));
  } catch {
    return undefined;
  }
}

async function properties(
  client: SecretClient,
  name: string,
  version: string,
  abortSignal: AbortSignal,
): Promise<SecretVersion | undefined> {
  const found = await orNone(client.updateSecretProperties(name, version, { abortSignal }));
  return found && toVersion(found);
}

async function firstVersions(
  client: SecretClient,
  name: string,
  abortSignal: AbortSignal,
): Promise<SecretVersion[]> {
  const versions: SecretVersion[] = [];
  const pages = client.listPropertiesOfSecretVersions(name, { abortSignal }).byPage();
  for (let count = 0; count < MOST_PAGES; count++) {
    const page = await orNone(pages.next());
    if (page === undefined || page.done === true) break;
    for (const found of page.value) {
      const version = toVersion(found);
      if (version !== undefined) versions.push(version);
    }
  }
  return versions;
}

function toVersion({ id, enabled, tags }: SecretProperties): SecretVersion | undefined {
  return id === undefined ? undefined : { id, enabled: enabled !== false, tags: tags ?? {} };
}

export function versionNumber({ id }: SecretVersion): string {
  return new URL(id).pathname.split('/')[3] ?? '';
}

/** A secret that was never written has no versions. */
export async function orNone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

/**
 * Whether a secret is deleted but can be recovered, so that its name takes no new version. Key Vault shows the
 * properties of a deleted secret, not its value. No recording shows whether a role needs more for the one secret than
 * for the list of all: where the one is refused, the list is asked.
 */
export async function isDeleted(
  client: SecretClient,
  name: string,
  abortSignal: AbortSignal,
): Promise<boolean> {
  try {
    return (await orNone(client.getDeletedSecret(name, { abortSignal }))) !== undefined;
  } catch (error) {
    if (statusOf(error) !== 403) throw error;
    return isListedAsDeleted(client, name, abortSignal);
  }
}

async function isListedAsDeleted(
  client: SecretClient,
  name: string,
  abortSignal: AbortSignal,
): Promise<boolean> {
  const pages = client.listDeletedSecrets({ abortSignal }).byPage();
  for (let count = 0; count < MOST_PAGES; count++) {
    const page = await pages.next();
    if (page.done === true) return false;
    if (page.value.some((secret) => secret.name.toLowerCase() === name.toLowerCase())) return true;
  }
  return false;
}
