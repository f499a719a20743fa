import type { Tokens } from '../entra/tokens.ts';
import type { Incoming, Reply } from '../server/http.ts';
import { readChange, readContent, toBundle, toDeletedBundle, toItem } from './key-vault-bodies.ts';
import {
  deletedSecretNotFound,
  secretIsBeingDeleted,
  secretIsDeleted,
  secretIsDisabled,
  secretNotFound,
} from './key-vault-errors.ts';
import { vaultPage } from './key-vault-page.ts';
import {
  isBeingDeleted,
  isDeleted,
  type Secret,
  type SecretStore,
  type SecretVersion,
  secretId,
} from './key-vault-store.ts';

export type VaultContext = { secrets: SecretStore; tokens: Tokens; origin: string };
/** The version is empty where none is named. */
export type Ask = VaultContext & { incoming: Incoming; name: string; version: string };

export function setSecret({ incoming, secrets, origin, name }: Ask): Reply {
  const read = readContent(incoming);
  if ('refusal' in read) return read.refusal;
  const known = secrets.find(name);
  if (known && isBeingDeleted(known)) return secretIsBeingDeleted();
  if (known && isDeleted(known)) return secretIsDeleted(known.name);
  const secret = secrets.add(name, read.content);
  return { status: 200, body: toBundle(origin, secret, latest(secret)), changed: true };
}

export function getSecret(ask: Ask): Reply {
  const found = findVersion(ask);
  if (!found) return secretNotFound(idOf(ask));
  if (!found.version.enabled) return secretIsDisabled();
  return { status: 200, body: toBundle(ask.origin, found.secret, found.version) };
}

export function updateSecret(ask: Ask): Reply {
  const read = readChange(ask.incoming);
  if ('refusal' in read) return read.refusal;
  const found = findVersion(ask);
  if (!found) return secretNotFound(idOf(ask));
  const changed = Object.keys(read.change).length > 0;
  if (changed) ask.secrets.update(found.version, read.change);
  const id = secretId(ask.origin, found.secret, found.version);
  return { status: 200, body: toItem(id, found.version), changed };
}

/**
 * In the order of their ids, which says nothing of their age; of a secret that is not there, an empty list with 200.
 * No recording shows what Key Vault answers for one that is deleted: as if it were not there is what tells least.
 */
export function listVersions({ secrets, incoming, origin, name }: Ask): Reply {
  const secret = secrets.find(name);
  if (!secret || isDeleted(secret)) return vaultPage([], incoming.url, origin);
  const items = secret.versions.map((version) => ({
    name: version.version,
    item: toItem(secretId(origin, secret, version), version),
  }));
  return vaultPage(items, incoming.url, origin);
}

export function listSecrets({ secrets, incoming, origin }: Ask): Reply {
  const live = secrets.all().filter((secret) => !isDeleted(secret));
  const items = live.map((secret) => ({
    name: secret.name.toLowerCase(),
    item: toItem(`${origin}/secrets/${secret.name}`, latest(secret)),
  }));
  return vaultPage(items, incoming.url, origin);
}

export function listDeletedSecrets({ secrets, incoming, origin }: Ask): Reply {
  const items = secrets
    .all()
    .filter((secret) => isDeleted(secret) && !isBeingDeleted(secret))
    .map((secret) => {
      const { value: _, id: __, ...item } = toDeletedBundle(origin, secret, latest(secret));
      return { name: secret.name.toLowerCase(), item: { ...item, id: `${origin}/secrets/${secret.name}` } };
    });
  return vaultPage(items, incoming.url, origin);
}

export function deleteSecret({ secrets, origin, name }: Ask): Reply {
  const secret = secrets.find(name);
  if (!secret || isDeleted(secret)) return secretNotFound(name);
  secrets.remove(secret);
  return { status: 200, body: toDeletedBundle(origin, secret, latest(secret)), changed: true };
}

/** What Key Vault says of one that was never there is recorded; of one that is there, it is taken to say the same. */
export function getDeletedSecret({ secrets, origin, name }: Ask): Reply {
  const secret = secrets.find(name);
  if (!secret || !isDeleted(secret)) return secretNotFound(name);
  if (isBeingDeleted(secret)) return deletedSecretNotFound(name);
  return { status: 200, body: toDeletedBundle(origin, secret, latest(secret)) };
}

export function recoverSecret({ secrets, origin, name }: Ask): Reply {
  const secret = secrets.find(name);
  if (!secret || !isDeleted(secret)) return secretNotFound(name);
  if (isBeingDeleted(secret)) return secretIsBeingDeleted();
  secrets.recover(secret);
  const version = latest(secret);
  return { status: 200, body: toItem(secretId(origin, secret, version), version), changed: true };
}

export function purgeSecret({ secrets, name }: Ask): Reply {
  const secret = secrets.find(name);
  if (!secret || !isDeleted(secret)) return secretNotFound(name);
  if (isBeingDeleted(secret)) return secretIsBeingDeleted();
  secrets.purge(secret);
  return { status: 204, changed: true };
}

/** Where no version is named, the latest. */
function findVersion({
  secrets,
  name,
  version,
}: Ask): { secret: Secret; version: SecretVersion } | undefined {
  const secret = secrets.find(name);
  if (!secret || isDeleted(secret)) return undefined;
  const found = version === '' ? latest(secret) : secret.versions.find((other) => other.version === version);
  return found && { secret, version: found };
}

function latest(secret: Secret): SecretVersion {
  const version = secret.versions.at(-1);
  if (!version) throw new Error(`local Azure: the secret ${secret.name} has no version`);
  return version;
}

function idOf({ name, version }: Ask): string {
  return version === '' ? name : `${name}/${version}`;
}
