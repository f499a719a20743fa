/** Which of an account's two shared keys, in ARM's words. */
export type KeyType = 'primary' | 'secondary';

export const KEY_TYPES = ['primary', 'secondary'] as const satisfies readonly KeyType[];

export function otherKey(keyType: KeyType): KeyType {
  return keyType === 'primary' ? 'secondary' : 'primary';
}

/** ARM's `primaryKeyLastUpdated` and `secondaryKeyLastUpdated` as ARM wrote them; a key never changed may have none. */
export interface KeyTimes {
  readonly primary?: string;
  readonly secondary?: string;
}
