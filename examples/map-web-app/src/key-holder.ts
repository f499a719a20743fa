import type { KeyRegeneratedEvent } from 'maps-key-rotation/events';

export type MapsKey = {
  readonly keyType: KeyRegeneratedEvent['data']['keyType'];
  readonly value: string;
  /** As Azure Resource Manager wrote it; an old account may have none. */
  readonly keyLastUpdated: string | undefined;
};

export type KeyHolder = {
  current(): MapsKey | undefined;
  set(key: MapsKey): void;
  /** Returns a function that ends it. */
  onChange(listener: () => void): () => void;
};

export function createKeyHolder(): KeyHolder {
  const listeners = new Set<() => void>();
  let held: MapsKey | undefined;
  return {
    current: () => held,
    set(key) {
      held = key;
      for (const listener of listeners) listener();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Names a value of a key without telling it; the same in each instance of the app. */
export function versionOf({ keyType, keyLastUpdated }: MapsKey): string {
  return `${keyType} ${keyLastUpdated ?? ''}`.trim();
}
