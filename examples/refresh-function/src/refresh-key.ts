import { isNewer, type KeyRegeneratedEvent, parseKeyEvent } from 'maps-key-rotation/events';

export interface MapsKey {
  readonly value: string;
  readonly keyType: 'primary' | 'secondary';
  /** When ARM says that it was updated. */
  readonly keyLastUpdated?: string;
}

export interface Parts {
  /** The account whose key the application uses. */
  readonly accountId: string;
  /** The key that the event tells of, or a later one of the same type; undefined where it is gone already. */
  readonly readKey: (event: KeyRegeneratedEvent) => Promise<MapsKey | undefined>;
  readonly isRefused: (key: string) => Promise<boolean>;
  readonly store: KeyStore;
}

export interface KeyStore {
  /** When the newest key that was ever stored was updated; on return, that key is the current one. */
  settle(): Promise<string | undefined>;
  put(key: MapsKey, rotationId?: string): Promise<void>;
  /** Whether the application finds no value there. */
  isEmpty(): Promise<boolean>;
}

export interface Log {
  info(message: string, fields: object): void;
  warn(message: string, fields: object): void;
}

/**
 * Takes an event as it was delivered. Events repeat, come out of order and at once, here or in other instances: what
 * decides is the store. Whatever is thrown has Event Grid deliver the event again, later.
 */
export async function refreshKey(body: unknown, parts: Parts, log: Log): Promise<void> {
  const event = parseKeyEvent(body);
  const { rotationId, accountId, keyType } = event.data;
  const fields = { rotationId, accountId, keyType };
  if (accountId.toLowerCase() !== parts.accountId.toLowerCase()) {
    log.info('The event is about another account', fields);
    return;
  }
  if (event.type === 'KeyRotationFailed') {
    // The key in use stays what it is, so there is nothing to do here, but somebody should know.
    log.warn('A rotation failed', { ...fields, error: event.data.error });
    return;
  }
  if (!isNewer(event, await parts.store.settle())) {
    log.info('The event is a repeat, or late', fields);
    return;
  }
  const key = await parts.readKey(event);
  if (key === undefined) {
    log.info('The key was replaced by a later one, whose event follows', fields);
    return;
  }
  if (await parts.isRefused(key.value)) throw new Error('Azure Maps does not accept the new key yet.');
  await parts.store.put(key, rotationId);
  await parts.store.settle();
  log.info('The new key is stored', fields);
}
