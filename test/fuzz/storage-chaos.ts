import { setTimeout as sleep } from 'node:timers/promises';
import type { StorageHook } from '../support/storage-proxy.ts';
import type { Dice } from './dice.ts';
import type { Journal } from './journal.ts';

/** What happens to requests for the storage account, each with its probability. */
const FATES = [
  ['dropped before', 0.004],
  ['dropped after', 0.006],
  ['delivered twice', 0.01],
  ['slow before', 0.012],
  ['slow after', 0.012],
  ['refused with 503', 0.004],
  ['done, and answered 500', 0.004],
] as const;

/** Nearly all of them. */
const PASSED = 1 - FATES.reduce((sum, [, probability]) => sum + probability, 0);

type Fate = (typeof FATES)[number][0] | 'passed';

export interface StorageChaos {
  readonly hook: StorageHook;
  /** Nothing gets through for so long. */
  outage(forMs: number): Promise<void>;
  stop(): void;
}

export function createStorageChaos(dice: Dice, journal: Journal): StorageChaos {
  let isAway = false;
  let isOver = false;
  const fates = new WeakMap<object, Fate>();
  const drawFate = (): Fate => dice.weigh([...FATES, ['passed', PASSED]]);
  const hook: StorageHook = {
    async before(request) {
      if (isOver) return undefined;
      if (isAway) return { kind: 'drop' };
      const fate = drawFate();
      fates.set(request, fate);
      const { label, path, body } = request;
      if (fate !== 'passed') journal.note(`storage: ${fate}`, label, path + body);
      switch (fate) {
        case 'dropped before':
          return { kind: 'drop' };
        case 'refused with 503':
          return { kind: 'answer', status: 503, code: 'ServerBusy' };
        case 'delivered twice':
          return {
            kind: 'twice',
            apartMs: dice.between(0, 1500),
            answered: dice.pick(['first', 'second'] as const),
          };
        case 'slow before':
          await sleep(dice.between(50, 2500));
          return undefined;
        default:
          return undefined;
      }
    },
    async after(request, answer) {
      journal.onStorage(request, answer);
      if (isOver) return undefined;
      const fate = fates.get(request);
      if (fate === 'dropped after' || isAway) return { kind: 'drop' };
      if (fate === 'done, and answered 500') return { kind: 'answer', status: 500, code: 'InternalError' };
      if (fate === 'slow after') await sleep(dice.between(50, 2500));
      return undefined;
    },
  };
  return {
    hook,
    async outage(forMs) {
      journal.note('storage: away', `${Math.round(forMs)} ms`);
      isAway = true;
      await sleep(forMs);
      isAway = false;
    },
    stop() {
      isOver = true;
    },
  };
}
