import type { Suspect } from './history.ts';

/** The shortest piece of a key that counts: shorter ones turn up by chance. */
export const PIECE = 12;

const WORDS = new RegExp(`[A-Za-z0-9]{${PIECE},}`, 'g');
const BASE64 = /[A-Za-z0-9+/_-]{16,}={0,2}/g;
const PRINTABLE = /^[\x20-\x7e\s]*$/;
const HEX_OR_NAME = /^([0-9a-f]+|[A-Z]?[a-z]+([A-Z][a-z]+)*)$/;

export interface Suspects {
  /** Looks through a text for words that could be a piece of a key, as they stand and as base64. */
  add(where: string, text: string): void;
  list(): Suspect[];
}

/** Which keys there will be is not known while the texts pass, so that their suspicious words are kept until then. */
export function createSuspects(): Suspects {
  const found = new Map<string, string>();
  return {
    add(where, text) {
      for (const [word] of text.replaceAll(BASE64, readable).matchAll(WORDS)) {
        if (!HEX_OR_NAME.test(word) && !found.has(word)) found.set(word, where);
      }
    },
    list: () => [...found].map(([word, where]) => ({ where, word })),
  };
}

/** What base64 of a text says, as in a message of the queue; anything else as it stands. */
function readable(word: string): string {
  const text = Buffer.from(word, 'base64').toString('latin1');
  return PRINTABLE.test(text) ? ` ${text} ` : word;
}
