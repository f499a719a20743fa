import type { KeyType } from '../account/key-type.ts';
import { KEY_TYPES } from '../account/key-type.ts';
import { toInstant } from '../time.ts';
import type { Rotation } from './rotation.ts';

/** What the tags of a secret's version say of the key in it; absent where they do not. */
export interface KeyTags {
  readonly keyType?: string;
  readonly keyLastUpdated?: string;
  readonly rotationId?: string;
  /** Which version of the secret it followed: lists are sorted by ids that say nothing of age. */
  readonly previousVersion?: string;
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

/** Whether the key in a version no longer exists. What has no tags of ours is somebody else's, and not known to be dead. */
export function isDead({ after, rotationId }: Rotation, { tags }: SecretVersion): boolean {
  const type = typeOf(tags);
  if (type === undefined || tags.rotationId === rotationId) return false;
  return isOlder(toInstant(tags.keyLastUpdated), toInstant(after?.[type]));
}

/**
 * Whether the key in a version is the one that the rotation replaced. Under an address that the account had before, age
 * proves nothing: another account may have that name by now.
 */
export function isReplaced({ before, keyType, rotationId }: Rotation, { tags }: SecretVersion): boolean {
  const replaced = toInstant(before[keyType]);
  if (typeOf(tags) !== keyType || tags.rotationId === rotationId || replaced === undefined) return false;
  return toInstant(tags.keyLastUpdated) === replaced;
}

function typeOf({ keyType }: KeyTags): KeyType | undefined {
  return KEY_TYPES.find((candidate) => candidate === keyType);
}

function isOlder(one: bigint | undefined, other: bigint | undefined): boolean {
  return one !== undefined && other !== undefined && one < other;
}
