import { RestError } from '@azure/core-rest-pipeline';
import type { TokenCredential } from '@azure/identity';
import type { SecretClientOptions } from '@azure/keyvault-secrets';
import { SecretClient } from '@azure/keyvault-secrets';
import type { Outcome } from '../app/ports.ts';
import type { KeyToStore, SecretVault } from '../app/telling-ports.ts';
import type { Account } from '../core/account.ts';
import type { Failure } from '../core/failure.ts';
import type { Rotation } from '../core/rotation.ts';
import type { SecretVersion } from '../core/secret-versions.ts';
import { isOvertaken, outdatedVersions, versionOf } from '../core/secret-versions.ts';
import type { CallSite } from './azure-advice.ts';
import { statusOf, timedOut, toFailure } from './azure-failure.ts';
import { DeadlineError, withDeadline } from './deadline.ts';
import { secretName } from './secret-names.ts';

export interface KeyVaultOptions {
  readonly vaultUri: string;
  readonly credential: TokenCredential;
  readonly timeoutSeconds: number;
}

/** For how long an answer of the vault proves that the app can use it. */
const PROOF_MS = 60_000;

interface Clients {
  readonly reader: SecretClient;
  /** Each `setSecret` makes a version: repeated by the SDK, it would make two. */
  readonly writer: SecretClient;
}

/** Key Vault secrets of new keys. What was written is never read again: lists of versions have no values. */
export function createKeyVault({ vaultUri, credential, timeoutSeconds }: KeyVaultOptions): SecretVault {
  const clients = createClients(vaultUri, credential);
  const site: CallSite = {
    service: 'Key Vault',
    action:
      'Microsoft.KeyVault/vaults/secrets/setSecret/action (and readMetadata/action, update/action; Key Vault Secrets Officer has all)',
    scope: `the vault ${vaultUri}`,
    hasInnerCodes: true,
  };
  let usedAt = Number.NEGATIVE_INFINITY;
  const attempt = async <T>(call: (signal: AbortSignal) => Promise<T>): Promise<Outcome<T>> => {
    try {
      const value = await withDeadline(timeoutSeconds, call);
      usedAt = performance.now();
      return { kind: 'ok', value };
    } catch (error) {
      return { kind: 'failed', failure: toVaultFailure(error, site) };
    }
  };
  return {
    async ready(account) {
      if (performance.now() - usedAt < PROOF_MS) return undefined;
      return failureOf(await attempt((signal) => firstVersion(clients.reader, account, signal)));
    },
    store: (key) => attempt((signal) => store(clients, key, signal)),
    promote: async (key) => failureOf(await attempt((signal) => promote(clients, key, signal))),
  };
}

function failureOf(outcome: Outcome<void>): Failure | undefined {
  return outcome.kind === 'failed' ? outcome.failure : undefined;
}

function createClients(vaultUri: string, credential: TokenCredential): Clients {
  // The SDK sends tokens only to a host that belongs to the audience that the vault asks for; a stand-in has no such name.
  const isStandIn = new URL(vaultUri).hostname === 'localhost';
  const options: SecretClientOptions = { disableChallengeResourceVerification: isStandIn };
  const retryOptions = { maxRetries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 1000 };
  return {
    reader: new SecretClient(vaultUri, credential, { ...options, retryOptions }),
    writer: new SecretClient(vaultUri, credential, { ...options, retryOptions: { maxRetries: 0 } }),
  };
}

async function firstVersion(client: SecretClient, account: Account, abortSignal: AbortSignal): Promise<void> {
  const pages = client.listPropertiesOfSecretVersions(secretName(account, 'current'), { abortSignal });
  await orNone(pages.next());
}

async function store(clients: Clients, key: KeyToStore, abortSignal: AbortSignal): Promise<string> {
  const { account, rotation } = key;
  const name = secretName(account, rotation.keyType);
  const versions = await listVersions(clients.reader, name, abortSignal);
  const id = versionOf(rotation, versions)?.id ?? (await write(clients.writer, name, key, abortSignal));
  await disable(clients.reader, outdatedVersions(rotation, versions), abortSignal);
  return id;
}

async function promote(clients: Clients, key: KeyToStore, abortSignal: AbortSignal): Promise<void> {
  const { account, rotation } = key;
  const name = secretName(account, 'current');
  const versions = await listVersions(clients.reader, name, abortSignal);
  if (versionOf(rotation, versions) === undefined && !isOvertaken(rotation, versions)) {
    await write(clients.writer, name, key, abortSignal);
  }
  await disable(clients.reader, outdatedVersions(rotation, versions), abortSignal);
}

async function listVersions(
  client: SecretClient,
  name: string,
  abortSignal: AbortSignal,
): Promise<SecretVersion[]> {
  const versions: SecretVersion[] = [];
  const pages = client.listPropertiesOfSecretVersions(name, { abortSignal }).byPage();
  for (let page = await orNone(pages.next()); page?.done === false; page = await pages.next()) {
    for (const { id: said, enabled, tags } of page.value) {
      const id = versionedId(client, name, said);
      if (id !== undefined) versions.push({ id, enabled: enabled !== false, tags: tags ?? {} });
    }
  }
  return versions;
}

async function write(
  client: SecretClient,
  name: string,
  { rotation, key, expiresAt }: KeyToStore,
  abortSignal: AbortSignal,
): Promise<string> {
  const { properties } = await client.setSecret(name, key.reveal(), {
    abortSignal,
    contentType: 'text/plain',
    tags: toTags(rotation),
    ...(expiresAt !== undefined && expiresAt <= LAST_EXPIRY && { expiresOn: new Date(expiresAt) }),
  });
  const id = versionedId(client, name, properties.id);
  if (id === undefined)
    throw new RestError('The answer names no version of the secret.', { statusCode: 200 });
  return id;
}

/** The id goes into rows and events, so only its version is taken from what the vault says. */
function versionedId({ vaultUrl }: SecretClient, name: string, said: string | undefined): string | undefined {
  const version = /\/([0-9a-f]{32})$/i.exec(said ?? '')?.[1];
  return version && `${vaultUrl.replace(/\/$/, '')}/secrets/${name}/${version}`;
}

/** The SDK cuts seconds since 1970 to 31 bits: a later time would become one that is long past, or none at all. */
const LAST_EXPIRY = 0x7fff_ffff * 1000;

/** Key Vault refuses a secret with a longer tag, as the id of an account can be: its name has that id's hash. */
const LONGEST_TAG = 256;

function toTags({ rotationId, accountId, keyType, after }: Rotation): Record<string, string> {
  const tags = { accountId, keyType, keyLastUpdated: after?.[keyType], rotationId };
  const fitting = Object.entries(tags).filter(([, text]) => text !== undefined && text.length <= LONGEST_TAG);
  return Object.fromEntries(fitting) as Record<string, string>;
}

/** A version of a dead key harms nobody: where it stays enabled, the next rotation of that key finds it again. */
async function disable(
  client: SecretClient,
  versions: readonly SecretVersion[],
  abortSignal: AbortSignal,
): Promise<void> {
  await Promise.allSettled(
    versions.map(({ id }) => {
      const [name = '', version = ''] = new URL(id).pathname.split('/').slice(2);
      return client.updateSecretProperties(name, version, { enabled: false, abortSignal });
    }),
  );
}

/** A secret that was never written has no versions. */
async function orNone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

function toVaultFailure(error: unknown, site: CallSite): Failure {
  return error instanceof DeadlineError ? timedOut(site, error.seconds) : toFailure(error, site);
}
