/** Virtual time, in seconds since an arbitrary start, and the instances of the app that live in it. */
export interface World {
  now(): number;
  /** Milliseconds since 1970, by the clock of every service. */
  serviceTime(): number;
  /** Runs something after some seconds. */
  after(seconds: number, run: () => void): void;
  /** Lets time pass until a moment, or until nothing is left to happen or `done` says so. */
  run(until: number, done?: () => boolean): Promise<void>;
  readonly random: Random;
  readonly instances: readonly Instance[];
  /** The process dies: nothing in it goes on. What it has sent is on its way. A new one takes its place at once. */
  crash(instance: Instance): void;
  onCrash(listener: (generation: number) => void): void;
}

/** A place in which the app runs, with clocks of its own. `generation` changes with each crash. */
export interface Instance {
  /** By how many seconds its wall clock is wrong. */
  skewSeconds: number;
  generation: number;
  frozenUntil: number;
  /** For how many seconds its monotonic clock stood still. */
  stoodStill: number;
  /** Its processes that are between their last look at the lease and the send. */
  readonly gates: Set<Gate>;
}

/** For how much longer a process may stand still unseen: more of it is outside of what the app assumes. */
export interface Gate {
  left: number;
}

/** What the wall clock shows after its machine stood still: what it showed before, the time, or something else. */
export type Thaw =
  | { readonly kind: 'stood' }
  | { readonly kind: 'right' }
  | { readonly kind: 'off'; readonly seconds: number };

/** One invocation of a function. It dies with the process that it started in. */
export interface Actor {
  readonly instance: Instance;
  readonly generation: number;
  readonly kind: 'http' | 'background';
  /** The rotation that it saved last with a POST ahead. */
  posting?: string;
}

export interface Random {
  /** From 0 to 1. */
  next(): number;
  pick<T>(values: readonly [T, ...T[]]): T;
}

/** A world that has not come to rest by then goes round in circles. */
const MOST_EVENTS = 20_000;

const START = Date.parse('2026-11-25T03:00:00Z');

export function createWorld(seed: number, skews: readonly number[], mostEvents = MOST_EVENTS): World {
  const random = createRandom(seed);
  const events: { time: number; order: number; run: () => void }[] = [];
  const listeners: ((generation: number) => void)[] = [];
  let time = 0;
  let order = 0;
  let generations = 0;
  let happened = 0;
  const instances = skews.map(
    (skewSeconds): Instance => ({
      skewSeconds,
      generation: ++generations,
      frozenUntil: 0,
      stoodStill: 0,
      gates: new Set(),
    }),
  );
  return {
    now: () => time,
    serviceTime: () => START + Math.round(time * 1000),
    after(seconds, run) {
      const event = { time: time + Math.max(seconds, 0), order: order++, run };
      const index = events.findLastIndex((other) => other.time <= event.time);
      events.splice(index + 1, 0, event);
    },
    async run(until, done = () => false) {
      for (let event = events[0]; event !== undefined && event.time <= until && !done(); event = events[0]) {
        events.shift();
        happened += 1;
        if (happened > mostEvents) throw new Error('The app goes round in circles.');
        time = event.time;
        event.run();
        await settle();
      }
      if (!done()) time = Math.max(time, Math.min(until, events[0]?.time ?? until));
    },
    random,
    instances,
    crash(instance) {
      const dead = instance.generation;
      instance.generation = ++generations;
      instance.frozenUntil = 0;
      instance.gates.clear();
      for (const listener of listeners) listener(dead);
    },
    onCrash: (listener) => listeners.push(listener),
  };
}

/** All that follows from a promise happens before the next event. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export function createActor(instance: Instance, kind: Actor['kind']): Actor {
  return { instance, generation: instance.generation, kind };
}

/** Goes on in an actor's process after some seconds: later where it is frozen, never where it has died. */
export function resume(world: World, actor: Actor, seconds: number, go: () => void): void {
  world.after(seconds, () => {
    const { instance, generation } = actor;
    if (instance.generation !== generation) return;
    if (instance.frozenUntil > world.now())
      return resume(world, actor, instance.frozenUntil - world.now(), go);
    go();
  });
}

/** The machine is suspended: nothing goes on, and its monotonic clock does not either. */
export function standStill(world: World, instance: Instance, seconds: number, thaw: Thaw): void {
  const gates = [...instance.gates];
  const still = Math.max(Math.min(seconds, ...gates.map(({ left }) => left)), 0);
  for (const gate of gates) gate.left -= still;
  instance.frozenUntil = Math.max(instance.frozenUntil, world.now() + still);
  instance.stoodStill += still;
  if (thaw.kind === 'stood') instance.skewSeconds -= still;
  if (thaw.kind === 'off') instance.skewSeconds += thaw.seconds;
}

/** An instance's wall clock, milliseconds since 1970. */
export function wallClock(world: World, { skewSeconds }: Instance): number {
  return world.serviceTime() + Math.round(skewSeconds * 1000);
}

/** Seconds on the monotonic clock of an actor's process. */
export function monotonicClock(world: World, { instance, generation }: Actor): number {
  return world.now() - instance.stoodStill + generation * 1000;
}

/** Goes on after some seconds by the process's own clock, which may stand still meanwhile. */
export function sleep(world: World, actor: Actor, seconds: number): Promise<void> {
  const end = monotonicClock(world, actor) + seconds;
  return new Promise((wake) => {
    const look = () => {
      const rest = end - monotonicClock(world, actor);
      if (rest > 1e-6) resume(world, actor, rest, look);
      else wake();
    };
    resume(world, actor, seconds, look);
  });
}

export function pause(world: World, actor: Actor, seconds: number): Promise<void> {
  return new Promise((resolve) => resume(world, actor, seconds, resolve));
}

/** Mulberry32: small, and the same on every machine. */
function createRandom(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return { next, pick: (values) => values[Math.floor(next() * values.length)] ?? values[0] };
}
