import { KEY_MARK } from './maps-accounts.ts';

/** Looks for what must not leave the app: keys anywhere, and the digests that its rows keep anywhere else. */
export interface Secrecy {
  /** Learns what a row keeps. */
  noteRow(row: object): void;
  /** What of `texts` is a key's value, or a digest or its salt. */
  leaks(place: string, texts: readonly string[]): string[];
  /** The keys' values that rows had. */
  readonly breaches: readonly string[];
  /** How many digests and salts rows had. */
  prints(): number;
}

const PRINT = /print|salt|digest/i;

/** Shorter ones would be found by chance. */
const SHORTEST = 8;

export function createSecrecy(): Secrecy {
  const prints = new Set<string>();
  const breaches: string[] = [];

  function learn(name: string, value: unknown, inPrint: boolean): void {
    const isPrint = inPrint || PRINT.test(name);
    if (typeof value === 'string') {
      if (/^[[{]/.test(value)) learn(name, JSON.parse(value), inPrint);
      else if (isPrint && value.length >= SHORTEST) prints.add(value);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, part] of Object.entries(value)) learn(key, part, isPrint);
    }
  }

  return {
    noteRow(row) {
      if (JSON.stringify(row).includes(KEY_MARK)) breaches.push('a row has the value of a key');
      learn('', row, false);
    },
    leaks: (place, texts) =>
      texts.flatMap((text) => {
        if (text.includes(KEY_MARK)) return [`${place} has the value of a key: ${text}`];
        const print = [...prints].find((each) => text.includes(each));
        return print === undefined ? [] : [`${place} has the digest or salt ${print}: ${text}`];
      }),
    breaches,
    prints: () => prints.size,
  };
}
