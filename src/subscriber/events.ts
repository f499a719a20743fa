/** One of those listed; later versions of the app may send others. */
type Open<T extends string> = T | (string & {});

/** A CloudEvents 1.0 event as Event Grid delivers it; it may have further attributes, such as `traceparent`. */
interface Envelope<Type extends string, Data> {
  readonly specversion: '1.0';
  /** The same at each delivery: repeats can be dropped by it. */
  readonly id: string;
  /** The account's ARM id as a URI reference; `data.accountId` is the id as it stands. */
  readonly source: string;
  readonly type: Type;
  /** `accounts/{accountName}/keys/{keyType}` */
  readonly subject: string;
  /** RFC 3339 */
  readonly time: string;
  readonly data: Data;
}

interface RotatedKey {
  /** UUIDv7, and the `x-ms-rotation-id` of the request, where one asked for it. */
  readonly rotationId: string;
  readonly accountId: string;
  readonly accountName: string;
  readonly resourceGroupName: string;
  readonly subscriptionId: string;
  /** ARM ids that the account had before it was moved, newest first; until both its keys were regenerated since. */
  readonly formerAccountIds?: string[];
  readonly keyType: 'primary' | 'secondary';
  readonly trigger: Open<'http' | 'timer' | 'observed'>;
  readonly reason: Open<'requested' | 'due' | 'overdue' | 'age-unknown' | 'observed'>;
}

export interface KeyRegeneratedData extends RotatedKey {
  /** RFC 3339 as ARM wrote it, with up to seven digits of a second; absent where ARM gave none. */
  readonly keyLastUpdated?: string;
  readonly otherKeyLastUpdated?: string;
  /** Versioned Key Vault id of the new key; absent where the app stores no keys. */
  readonly secretId?: string;
  /** Whether Azure Maps was seen to accept the new key; absent where that is not tried, or it could not be asked. */
  readonly verified?: boolean;
}

export interface KeyRotationFailedData extends RotatedKey {
  /** The state of the rotation that was given up. */
  readonly state: string;
  /** Whether the key was regenerated all the same. */
  readonly keyRegenerated: boolean;
  readonly error: { readonly code: string; readonly message: string };
}

/** A key has a new value; its old one stopped working. The new one is not in here. */
export type KeyRegeneratedEvent = Envelope<'KeyRegenerated', KeyRegeneratedData>;

/** A rotation was given up. */
export type KeyRotationFailedEvent = Envelope<'KeyRotationFailed', KeyRotationFailedData>;

export type KeyEvent = KeyRegeneratedEvent | KeyRotationFailedEvent;
export type KeyEventType = KeyEvent['type'];
