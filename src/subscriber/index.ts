export type {
  KeyEvent,
  KeyEventType,
  KeyRegeneratedData,
  KeyRegeneratedEvent,
  KeyRotationFailedData,
  KeyRotationFailedEvent,
} from './events.ts';
export { isNewer } from './is-newer.ts';
export { KeyEventError, parseKeyEvent, parseKeyEvents } from './parse-key-event.ts';
