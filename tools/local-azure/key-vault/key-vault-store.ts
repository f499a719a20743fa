import { randomBytes } from 'node:crypto';

export type SecretContent = {
  value: string;
  contentType: string | undefined;
  tags: Record<string, string> | undefined;
  enabled: boolean;
  /** Times are seconds since 1970, as Key Vault writes them. */
  notBefore: number | undefined;
  expires: number | undefined;
};

export type SecretVersion = SecretContent & {
  readonly version: string;
  readonly created: number;
  updated: number;
};

export type Secret = {
  /** As it was written first; names differ by more than case. */
  readonly name: string;
  /** Oldest first. */
  readonly versions: SecretVersion[];
  deletedAt: number | undefined;
  /** Until then it is being deleted, in monotonic milliseconds. */
  deletingUntil: number;
};

export type SecretStore = {
  /** Also a deleted one. */
  find(name: string): Secret | undefined;
  all(): Secret[];
  add(name: string, content: SecretContent): Secret;
  update(version: SecretVersion, change: Partial<Omit<SecretContent, 'value'>>): void;
  remove(secret: Secret): void;
  recover(secret: Secret): void;
  purge(secret: Secret): void;
};

/** What a test sees of the vault. */
export type Vault = {
  /** The versions of each, oldest first. */
  secrets(): VaultSecret[];
  /** Somebody else deletes a secret, which can be recovered. */
  remove(name: string): void;
  /** A secret has become old: so many more versions, older than what is written from now on. */
  grow(name: string, count: number, tags?: Record<string, string>): void;
};

export type VaultSecret = {
  name: string;
  deleted: boolean;
  versions: VaultVersion[];
};

export type VaultVersion = {
  /** `https://localhost:<port>/secrets/<name>/<version>`. */
  id: string;
  version: string;
  value: string;
  enabled: boolean;
  contentType: string | null;
  tags: Record<string, string>;
  expiresOn: Date | null;
  createdAt: Date;
};

export function createSecretStore(now: () => Date, deletionMs: number): SecretStore {
  const secrets = new Map<string, Secret>();
  const seconds = () => Math.floor(now().getTime() / 1000);

  return {
    find: (name) => secrets.get(name.toLowerCase()),
    all: () => [...secrets.values()],
    add(name, content) {
      const secret = secrets.get(name.toLowerCase()) ?? {
        ...{ name, versions: [], deletedAt: undefined, deletingUntil: 0 },
      };
      const time = seconds();
      const version = randomBytes(16).toString('hex');
      secret.versions.push({ ...content, version, created: time, updated: time });
      secrets.set(name.toLowerCase(), secret);
      return secret;
    },
    update: (version, change) => void Object.assign(version, change, { updated: seconds() }),
    remove: (secret) => {
      secret.deletedAt = seconds();
      secret.deletingUntil = performance.now() + deletionMs;
    },
    recover: (secret) => {
      secret.deletedAt = undefined;
    },
    purge: (secret) => void secrets.delete(secret.name.toLowerCase()),
  };
}

export function isDeleted(secret: Secret): boolean {
  return secret.deletedAt !== undefined;
}

export function isBeingDeleted(secret: Secret): boolean {
  return isDeleted(secret) && performance.now() < secret.deletingUntil;
}

export function secretId(origin: string, secret: Secret, version: SecretVersion): string {
  return `${origin}/secrets/${secret.name}/${version.version}`;
}

export function toVault(store: SecretStore, origin: string): Vault {
  return {
    secrets: () =>
      store.all().map((secret) => ({
        name: secret.name,
        deleted: isDeleted(secret),
        versions: secret.versions.map((version) => toVaultVersion(origin, secret, version)),
      })),
    remove: (name) => {
      const secret = store.find(name);
      if (!secret || isDeleted(secret)) throw new Error(`local Azure: there is no secret ${name}`);
      store.remove(secret);
    },
    grow: (name, count, tags) => {
      const nothing = { contentType: undefined, notBefore: undefined, expires: undefined };
      for (let nth = 0; nth < count; nth++)
        store.add(name, { ...nothing, value: `value-${nth}`, tags, enabled: true });
    },
  };
}

function toVaultVersion(origin: string, secret: Secret, version: SecretVersion): VaultVersion {
  return {
    id: secretId(origin, secret, version),
    version: version.version,
    value: version.value,
    enabled: version.enabled,
    contentType: version.contentType ?? null,
    tags: { ...version.tags },
    expiresOn: version.expires === undefined ? null : new Date(version.expires * 1000),
    createdAt: new Date(version.created * 1000),
  };
}
