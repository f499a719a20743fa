export type {
  KeyEvent,
  KeyEventType,
  KeyRegeneratedData,
  KeyRegeneratedEvent,
  KeyRotationFailedData,
  KeyRotationFailedEvent,
} from './events.ts';
export { isLater, isNewer } from './is-newer.ts';
export type { KeysLastUpdated } from './key-to-start-with.ts';
export { keyToStartWith } from './key-to-start-with.ts';
export { KeyEventError, parseKeyEvent, parseKeyEvents } from './parse-key-event.ts';
