import type { Driver, Effect, Input } from '../../src/core/rotation/effect.ts';
import type { Rotation } from '../../src/core/rotation/rotation.ts';
import { owesPromotion } from '../../src/core/rotation/rotation.ts';
import { step, supersede } from '../../src/core/rotation/step.ts';
import { type Configuration, driversOf, FEW_TRIES, type Sample, STARTED, samplesOf } from './step-samples.ts';

/** Where a rotation is: the state of its row and, while that is `started`, what its driver does. */
export type Place =
  | 'sending'
  | 'settling'
  | 'comparing'
  | 'waiting'
  | 'checking'
  | 'regenerated'
  | 'stored'
  | 'promoting'
  | 'verified'
  | 'completed'
  | 'unpromoted'
  | 'failed'
  | 'told'
  /** Ended, while the account is looked at for a change that comes late. */
  | 'watched';

export interface Transition {
  readonly from: Place;
  readonly learned: string;
  readonly to: Place;
}

interface Situation {
  readonly rotation: Rotation;
  readonly effect: Effect;
}

/** Every transition that `step` makes from the start on, under all circumstances that can come about. */
export function exploreSteps(configuration: Configuration): Transition[] {
  const transitions = new Map<string, Transition>();
  const seen = new Set<string>();
  const ahead: Situation[] = STARTED.map((rotation) => ({ rotation, effect: { kind: 'post' } }));
  for (let now = ahead.pop(); now !== undefined; now = ahead.pop()) {
    const key = JSON.stringify([now.rotation, now.effect.kind]);
    if (seen.has(key)) continue;
    seen.add(key);
    for (const { learned, next } of follow(now, configuration)) {
      const transition = { from: placeOf(now), learned, to: placeOf(next) };
      transitions.set(JSON.stringify(transition), transition);
      ahead.push(next);
    }
  }
  return [...transitions.values()];
}

function follow(now: Situation, configuration: Configuration): { learned: string; next: Situation }[] {
  const { rotation, effect } = now;
  const steps = driversOf(rotation, configuration).flatMap((driver) =>
    samplesOf(rotation, effect).map((sample) => ({
      learned: causeOf(now, sample, driver),
      next: advance(rotation, sample.input, driver),
    })),
  );
  if (placeOf(now) !== 'waiting' || rotation.trigger !== 'timer') return steps;
  const next: Situation = {
    rotation: supersede(rotation, 'an order came', FEW_TRIES),
    effect: { kind: 'end' },
  };
  return [...steps, { learned: 'an order took its place', next }];
}

/** What decided where it goes: what was learned, unless it had gone elsewhere with a caller or with tries left. */
function causeOf({ rotation }: Situation, { learned, input }: Sample, driver: Driver): string {
  if (rotation.state !== 'started') return learned;
  const place = placeOf(advance(rotation, input, driver));
  const elsewhere = (other: Partial<Rotation>, patience = driver.patience) =>
    placeOf(advance({ ...rotation, ...other }, input, { ...driver, patience })) !== place;
  const once = { tries: { regenerate: 1 } };
  if (rotation.trigger === 'http' && driver.patience === 0 && elsewhere(once, FEW_TRIES.httpBudget)) {
    return 'no caller waits any more';
  }
  const { regenerate = 0, read = 0 } = rotation.tries ?? {};
  if (regenerate + read >= FEW_TRIES.maxAttempts && elsewhere(once)) return 'the tries are used up';
  return regenerate > 0 && elsewhere({ tries: {} }) ? 'it came to nothing again' : learned;
}

/** What counts on without end stops where it makes no difference any more, so that the exploration ends. */
function advance(from: Rotation, input: Input, driver: Driver): Situation {
  const { rotation, effect } = step(from, input, driver);
  const { latePosts, tries: { store: _, publish: __, ...tries } = {}, ...rest } = rotation;
  const few = Object.entries(tries).map(([tried, count]) => [tried, Math.min(count, FEW_TRIES.maxAttempts)]);
  const bounded: Rotation = {
    ...rest,
    attempt: 0,
    tries: Object.fromEntries(few) as NonNullable<Rotation['tries']>,
    ...(latePosts !== undefined && { latePosts: Math.min(latePosts, 1) }),
  };
  return { rotation: bounded, effect };
}

function placeOf({ rotation, effect }: Situation): Place {
  const { state, doubt, told, secretId, promoted, looksLeft } = rotation;
  switch (state) {
    case 'started':
      if (effect.kind === 'post') return 'sending';
      if (effect.kind === 'read') return doubt === undefined ? 'checking' : 'comparing';
      return doubt === undefined ? 'waiting' : 'settling';
    case 'failed':
      if (told && looksLeft) return 'watched';
      return told ? 'told' : 'failed';
    case 'published':
      throw new Error('No step leads to published: an event that was taken completes its rotation.');
    case 'verified':
      return secretId !== undefined && !promoted && effect.kind !== 'publish' ? 'promoting' : state;
    case 'completed':
      if (owesPromotion(rotation)) return 'unpromoted';
      return looksLeft ? 'watched' : state;
    case 'regenerated':
    case 'stored':
      return state;
    default:
      return state satisfies never;
  }
}
