import { RestError } from '@azure/core-rest-pipeline';
import type { TokenCredential } from '@azure/identity';
import type { SecretClientOptions } from '@azure/keyvault-secrets';
import { SecretClient } from '@azure/keyvault-secrets';
import type { Outcome } from '../../app/ports/ports.ts';
import type { KeyToStore, SecretVault } from '../../app/ports/telling-ports.ts';
import type { Account } from '../../core/account/account.ts';
import type { KeyType } from '../../core/account/key-type.ts';
import type { Failure } from '../../core/failure.ts';
import { fault } from '../../core/failure.ts';
import type { Rotation } from '../../core/rotation/rotation.ts';
import type { SecretVersion } from '../../core/rotation/secret-versions.ts';
import { isDead, isOvertaken, isReplaced, versionOf } from '../../core/rotation/secret-versions.ts';
import type { CallSite } from '../call-site.ts';
import { withoutWaiting } from '../sdk-retries.ts';
import { attemptInTime, tokenWaitPolicy } from '../token-waits.ts';
import { refusalPolicy } from './refusal-policy.ts';
import { secretName } from './secret-names.ts';
import type { KnownVersions, Lookup } from './secret-versions.ts';
import { FIRST, isDeleted, lookUp, orNone, versionNumber, walkBack } from './secret-versions.ts';

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
  readonly timeoutSeconds: number;
}

/** Key Vault secrets of new keys. What was written is never read again: lists of versions have no values. */
export function createKeyVault({ vaultUri, credential, timeoutSeconds }: KeyVaultOptions): SecretVault {
  const clients = createClients(vaultUri, credential, timeoutSeconds);
  const site: CallSite = {
    service: 'Key Vault',
    action:
      'Microsoft.KeyVault/vaults/secrets/setSecret/action (and readMetadata/action, update/action; Key Vault Secrets Officer has all)',
    scope: `the vault ${vaultUri}`,
    hasInnerCodes: true,
  };
  let usedAt = Number.NEGATIVE_INFINITY;
  const attempt: Attempt = (call) => attemptInTime(timeoutSeconds, call, site);
  const use: Attempt = async (call) => {
    const outcome = await attempt(call);
    if (outcome.kind === 'ok') usedAt = performance.now();
    return outcome;
  };
  const proven = () => performance.now() - usedAt < PROOF_MS;
  return {
    async ready(account, keyType) {
      const names = [keyType, 'current' as const].flatMap((which) => which ?? []);
      const checks = names.map((which) => checkName(clients.reader, secretName(account, which), attempt));
      if (!proven()) {
        checks.push(use((signal) => firstVersion(clients.reader, account, signal)).then(failureOf));
      }
      return (await Promise.all(checks)).find((failure) => failure !== undefined);
    },
    store: (key) => use((signal) => store(clients, key, signal)),
    promote: (key, seenToWork) => use((signal) => promote(clients, key, seenToWork, signal)),
  };
}

type Attempt = <T>(call: (signal: AbortSignal) => Promise<T>) => Promise<Outcome<T>>;

/** No proof from before counts here: anybody may have deleted the secret since. */
async function checkName(client: SecretClient, name: string, attempt: Attempt): Promise<Failure | undefined> {
  const deleted = await attempt((signal) => isDeleted(client, name, signal));
  if (deleted.kind === 'failed') return deleted.failure;
  return deleted.value ? secretIsDeleted(name) : undefined;
}

function failureOf(outcome: Outcome<unknown>): Failure | undefined {
  return outcome.kind === 'failed' ? outcome.failure : undefined;
}

function createClients(vaultUri: string, credential: TokenCredential, timeoutSeconds: number): Clients {
  // The SDK sends tokens only to a host that belongs to the audience that the vault asks for; a stand-in has no such name.
  const isStandIn = new URL(vaultUri).hostname === 'localhost';
  const options: SecretClientOptions = { disableChallengeResourceVerification: isStandIn };
  const retries = withoutWaiting({ maxRetries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 1000 });
  // The outermost one: what is repeated and what is signed anew have to see answers as they come.
  const telling = { policy: refusalPolicy, position: 'perCall' } as const;
  return {
    reader: new SecretClient(vaultUri, credential, {
      ...options,
      ...retries,
      additionalPolicies: [telling, ...retries.additionalPolicies, tokenWaitPolicy],
    }),
    writer: new SecretClient(vaultUri, credential, {
      ...options,
      retryOptions: { maxRetries: 0 },
      additionalPolicies: [telling, tokenWaitPolicy],
    }),
    timeoutSeconds,
  };
}

function lookupOf({ reader, writer, timeoutSeconds }: Clients, abortSignal: AbortSignal): Lookup {
  return { client: reader, hasty: writer, hasteMs: timeoutSeconds * 250, abortSignal };
}

async function firstVersion(client: SecretClient, account: Account, abortSignal: AbortSignal): Promise<void> {
  const pages = client.listPropertiesOfSecretVersions(secretName(account, 'current'), { abortSignal });
  await orNone(pages.next());
}

async function store(clients: Clients, key: KeyToStore, abortSignal: AbortSignal): Promise<string> {
  const { account, rotation } = key;
  const name = secretName(account, rotation.keyType);
  const known = await lookUp(name, lookupOf(clients, abortSignal));
  const own = versionOf(rotation, all(known));
  const id = own?.id ?? (await write(clients.writer, name, key, known, abortSignal));
  await disableDead(clients, key, rotation.keyType, known, abortSignal);
  return id;
}

async function promote(
  clients: Clients,
  key: KeyToStore,
  seenToWork: boolean,
  abortSignal: AbortSignal,
): Promise<'promoted' | 'deferred'> {
  const { account, rotation } = key;
  const name = secretName(account, 'current');
  const known = await lookUp(name, lookupOf(clients, abortSignal));
  if (versionOf(rotation, all(known)) === undefined && !isOvertaken(rotation, all(known))) {
    if (!seenToWork && !holdsDeadKey(rotation, known)) return 'deferred';
    await write(clients.writer, name, key, known, abortSignal);
  }
  await disableDead(clients, key, 'current', known, abortSignal);
  return 'promoted';
}

function all({ latest, others }: KnownVersions): readonly SecretVersion[] {
  return latest === undefined ? others : [latest, ...others];
}

/** Whether readers of the secret are left with a key that no longer exists, so that any other one is better. */
function holdsDeadKey(rotation: Rotation, known: KnownVersions): boolean {
  const versions = known.latest === undefined ? known.others : [known.latest];
  return versions.length > 0 && versions.every((version) => isDead(rotation, version));
}

async function write(
  client: SecretClient,
  name: string,
  { rotation, key, expiresAt }: KeyToStore,
  { latest }: KnownVersions,
  abortSignal: AbortSignal,
): Promise<string> {
  const { properties } = await client.setSecret(name, key.reveal(), {
    abortSignal,
    contentType: 'text/plain',
    tags: { ...toTags(rotation), previousVersion: latest === undefined ? FIRST : versionNumber(latest) },
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

/**
 * Disables the versions of dead keys, under each name that the secret had. They harm nobody: where one can't be disabled
 * now, the next rotation comes by it again, and the event does not wait for it.
 */
async function disableDead(
  clients: Clients,
  { account, formerAccounts, rotation }: KeyToStore,
  which: KeyType | 'current',
  known: KnownVersions,
  abortSignal: AbortSignal,
): Promise<void> {
  const client = clients.reader;
  const disable = (versions: readonly SecretVersion[]) =>
    Promise.allSettled(
      versions.map((version) => {
        const [name = ''] = new URL(version.id).pathname.split('/').slice(2);
        return client.updateSecretProperties(name, versionNumber(version), { enabled: false, abortSignal });
      }),
    );
  const back = async (name: string, { latest, others }: KnownVersions) =>
    latest === undefined ? others : [...(await walkBack(client, name, latest, abortSignal)), ...others];
  const present = async () => {
    const versions = await back(secretName(account, which), known);
    await disable(versions.filter((version) => version.enabled && isDead(rotation, version)));
  };
  const former = async (name: string) => {
    const versions = await back(name, await lookUp(name, lookupOf(clients, abortSignal)));
    await disable(versions.filter((version) => version.enabled && isReplaced(rotation, version)));
  };
  const names = formerAccounts.slice(0, MOST_ADDRESSES).map((address) => secretName(address, which));
  await Promise.allSettled([present(), ...names.map(former)]);
}

/** How many former addresses of an account are looked at, the latest first. */
const MOST_ADDRESSES = 5;

function secretIsDeleted(name: string): Failure {
  return fault(
    409,
    'ObjectIsDeletedButRecoverable',
    `The secret ${name} of Key Vault was deleted, so no new key can be stored in it. Recover or purge it, which the app itself may not do.`,
    { passing: true },
  );
}
