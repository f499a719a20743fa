import { createRandom } from '../simulation/random.ts';

/** Decisions of one actor: the same for the same seed, whatever the others do meanwhile. */
export interface Dice {
  chance(probability: number): boolean;
  between(low: number, high: number): number;
  pick<T>(items: readonly T[]): T;
  /** One of the items, each as likely as its weight says. */
  weigh<T>(items: readonly (readonly [T, number])[]): T;
  /** A version 4 UUID. */
  uuid(): string;
}

export function createDice(seed: number, actor: string): Dice {
  const hash = [...actor].reduce((sum, letter) => Math.imul(sum, 31) + (letter.codePointAt(0) ?? 0), 7);
  const random = createRandom(Math.imul(seed, 0x9e3779b1) ^ hash);
  const hex = (digits: number) =>
    Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');
  return {
    chance: (probability) => random() < probability,
    between: (low, high) => low + random() * (high - low),
    pick(items) {
      const item = items[Math.floor(random() * items.length)];
      if (item === undefined) throw new Error('There is nothing to pick from.');
      return item;
    },
    weigh(items) {
      let at = random() * items.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [item, weight] of items) {
        at -= weight;
        if (at < 0) return item;
      }
      throw new Error('There is nothing to pick from.');
    },
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
  };
}
