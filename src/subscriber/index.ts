export type {
  KeyEvent,
  KeyEventType,
  KeyRegeneratedData,
  KeyRegeneratedEvent,
  KeyRotationFailedData,
  KeyRotationFailedEvent,
} from './events.ts';
export { isLater, isNewer } from './is-newer.ts';
export { KeyEventError, parseKeyEvent, parseKeyEvents } from './parse-key-event.ts';
