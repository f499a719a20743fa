import { setTimeout as sleep } from 'node:timers/promises';
import { TIMINGS } from '../support/fast-timings.ts';
import { drawFault } from './azure-faults.ts';
import { createDice, type Dice } from './dice.ts';
import { now } from './journal.ts';
import { createStorageChaos } from './storage-chaos.ts';
import type { Host, World } from './world.ts';

/** Whoever goes on until the chaos ends. */
export interface Actor {
  stop(): Promise<void>;
}

/** A margin is the longest freeze that is assumed; a shorter one must do no harm. */
const MARGIN_MS = TIMINGS.margin * 1000;
const SHORT_FREEZE_MS = 0.8 * MARGIN_MS;

/** How long a rotation can be affected by a freeze after it. */
const AFTERMATH_MS = 6000;

export interface ChaosOptions {
  readonly seed: number;
  /** Whether Azure stops to accept tokens before they expire. */
  readonly revokesTokens: boolean;
}

export function startChaos(world: World, { seed, revokesTokens }: ChaosOptions): Actor {
  const storage = createStorageChaos(createDice(seed, 'storage'), world.journal);
  world.hookStorage(storage.hook);
  const actors = [
    ...world.hosts.map((host) => repeat(createDice(seed, host.name), [2000, 9000], disturb(world, host))),
    repeat(createDice(seed, 'faults'), [10, 50], addFaults(world)),
    repeat(createDice(seed, 'hands'), [500, 4000], async (dice) => changeByHand(world, dice)),
    ...(revokesTokens ? [repeat(createDice(seed, 'tokens'), [10_000, 30_000], revokeTokens(world))] : []),
    repeat(createDice(seed, 'outages'), [10_000, 40_000], (dice) => storage.outage(dice.between(200, 3000))),
    watchStalls(world),
  ];
  return {
    async stop() {
      await Promise.all(actors.map((actor) => actor.stop()));
      storage.stop();
      world.azure.faults.clear();
    },
  };
}

/** Does it again and again, with pauses between the two given numbers of milliseconds. */
export function repeat(
  dice: Dice,
  [low, high]: readonly [number, number],
  work: (dice: Dice) => Promise<void>,
): Actor {
  const ending = new AbortController();
  const run = async () => {
    while (!ending.signal.aborted) {
      await sleep(dice.between(low, high), undefined, { signal: ending.signal }).catch(() => undefined);
      if (!ending.signal.aborted) await work(dice);
    }
  };
  const ended = run();
  return {
    async stop() {
      ending.abort();
      await ended;
    },
  };
}

/** Kills the host, or freezes it: mostly for less than the margin, with more than that between two freezes. */
function disturb({ journal }: World, host: Host): (dice: Dice) => Promise<void> {
  return async (dice) => {
    if (dice.chance(0.4)) {
      journal.note('host: killed', host.name);
      await host.kill(dice.between(0, 2000));
      journal.note('host: up again', host.name);
      return;
    }
    const isLong = dice.chance(0.05);
    const forMs = isLong ? dice.between(2 * MARGIN_MS, 8 * MARGIN_MS) : dice.between(50, SHORT_FREEZE_MS);
    journal.note(isLong ? 'host: frozen beyond the margin' : 'host: frozen', `${host.name}, ${forMs | 0} ms`);
    const from = now();
    await host.freeze(forMs);
    if (isLong) journal.beyond.push({ from, to: now() + AFTERMATH_MS, why: `${host.name} was frozen` });
  };
}

/** In proportion to the traffic. */
function addFaults({ azure, journal }: World): (dice: Dice) => Promise<void> {
  let seen = 0;
  return async (dice) => {
    for (; seen < azure.calls.length; seen++) {
      const drawn = drawFault(dice, azure.calls[seen]?.operation ?? 'other');
      if (drawn === undefined) continue;
      journal.faultNames.set(drawn.fault, drawn.name);
      azure.faults.add(drawn.fault);
    }
  };
}

function revokeTokens({ azure, journal }: World): () => Promise<void> {
  return async () => {
    journal.note('identity: all tokens revoked', '');
    azure.tokens.revokeAll();
  };
}

function changeByHand({ azure, due, ordered }: World, dice: Dice): void {
  azure.accounts.regenerate(dice.pick([...due, ...ordered]), dice.pick(['primary', 'secondary'] as const));
}

/** A machine that stands still freezes hosts, storage and Azure alike. */
function watchStalls({ journal }: World): Actor {
  const LOOK_MS = 100;
  let last = now();
  const timer = setInterval(() => {
    const stalled = now() - last - LOOK_MS;
    if (stalled > SHORT_FREEZE_MS) {
      journal.note('machine: stood still', `${stalled | 0} ms`);
      journal.beyond.push({ from: last, to: now() + AFTERMATH_MS, why: 'the machine stood still' });
    }
    last = now();
  }, LOOK_MS);
  return {
    async stop() {
      clearInterval(timer);
    },
  };
}
