import type { KeyType } from './key-type.ts';
import { otherKey } from './key-type.ts';
import type { Rotation } from './rotation.ts';
import { toInstant } from './time.ts';

/** What the tags of a secret's version say of the key in it; absent where they do not. */
export interface KeyTags {
  readonly keyType?: string;
  readonly keyLastUpdated?: string;
  readonly rotationId?: string;
}

export interface SecretVersion {
  /** The versioned id. */
  readonly id: string;
  readonly enabled: boolean;
  readonly tags: KeyTags;
}

/** The rotation's own version of a secret, where it is there already: a crash must not lead to a second one. */
export function versionOf(rotation: Rotation, versions: readonly SecretVersion[]): SecretVersion | undefined {
  return versions.find(({ tags }) => tags.rotationId === rotation.rotationId);
}

/** Whether a newer key was stored: the secret of the key in use must not go back to an older one. */
export function isOvertaken(rotation: Rotation, versions: readonly SecretVersion[]): boolean {
  const own = toInstant(rotation.after?.[rotation.keyType]);
  return versions.some(({ tags }) => isOlder(own, toInstant(tags.keyLastUpdated)));
}

/** The enabled versions whose key no longer exists. What has no tags of ours is somebody else's. */
export function outdatedVersions(
  rotation: Rotation,
  versions: readonly SecretVersion[],
): readonly SecretVersion[] {
  const { keyType, after } = rotation;
  const present = (type: KeyType) => toInstant(after?.[type]);
  return versions.filter(({ enabled, tags }) => {
    const type = [keyType, otherKey(keyType)].find((candidate) => candidate === tags.keyType);
    if (!enabled || type === undefined || tags.rotationId === rotation.rotationId) return false;
    return isOlder(toInstant(tags.keyLastUpdated), present(type));
  });
}

function isOlder(one: bigint | undefined, other: bigint | undefined): boolean {
  return one !== undefined && other !== undefined && one < other;
}
