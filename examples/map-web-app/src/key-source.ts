import type { KeyRegeneratedEvent } from 'maps-key-rotation/events';
import type { MapsKey } from './key-holder.ts';

export type KeySource = {
  /** The key that was announced last: the one to start with. */
  readCurrent(): Promise<MapsKey>;
  /** The key that an event is about. Throws where it cannot be had yet. */
  readAnnounced(event: KeyRegeneratedEvent): Promise<MapsKey>;
};

/** Event Grid waits 30 s for an answer: two reads one after another have to end well before. */
export const readTimeout = 10_000;
