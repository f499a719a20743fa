import type { KeyStore, MapsKey } from './refresh-key.ts';

export interface FirstKeyParts {
  /** The key that an application starts with, before any event came. */
  readonly readFirstKey: () => Promise<MapsKey>;
  readonly store: KeyStore;
}

/** Puts it there, where nothing is there yet; which key it is, or undefined where something is. */
export async function putFirstKey({ readFirstKey, store }: FirstKeyParts): Promise<string | undefined> {
  if (!(await store.isEmpty())) return undefined;
  const key = await readFirstKey();
  await store.put(key);
  return key.keyType;
}
