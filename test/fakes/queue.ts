import type { WorkQueue } from '../../src/app/ports/ports.ts';
import { printWorkMessage } from '../../src/core/rotation/work-message.ts';
import type { Faults } from './faults.ts';
import { call } from './faults.ts';
import type { Actor, World } from './world.ts';
import { createActor, resume } from './world.ts';

/** What the Functions host runs for a message; `poison` once five deliveries have failed. */
export type Handler = (actor: Actor, body: unknown, poison: boolean) => Promise<void>;

/** The queue `rotations` with the Functions host's listener: each message at least once, on any instance. */
export interface Queue {
  /** The text of every message. */
  readonly sent: readonly string[];
  /** Messages that are not done with. */
  open(): number;
  /** Puts the nth message ever sent in again, as a delivery whose end the queue never heard of. */
  repeat(nth: number): void;
  port(actor: Actor, faults: Faults): WorkQueue;
}

const MAX_DELIVERIES = 5;

/** After a crash a message stays invisible for as long as the host had asked for. */
const VISIBILITY = 600;

export function createQueue(world: World, handle: Handler): Queue {
  const sent: string[] = [];
  let open = 0;

  function put(body: string, delay: number, deliveries = 0): void {
    open += 1;
    world.after(delay, () => deliver(body, deliveries));
  }

  function deliver(body: string, deliveries: number): void {
    const [first, ...others] = world.instances;
    if (first === undefined) throw new Error('No instance is there.');
    const instance = world.random.pick([first, ...others]);
    const actor = createActor(instance, 'background');
    let over = false;
    const end = (again?: number) => {
      if (over) return;
      over = true;
      open -= 1;
      if (again !== undefined) put(body, again, deliveries + 1);
    };
    world.onCrash((generation) => {
      if (generation === actor.generation) end(VISIBILITY);
    });
    resume(world, actor, 0, () => {
      handle(actor, JSON.parse(body), deliveries >= MAX_DELIVERIES).then(
        () => end(),
        () => end(1),
      );
    });
  }

  return {
    sent,
    open: () => open,
    repeat(nth) {
      const body = sent[nth % Math.max(sent.length, 1)];
      if (body !== undefined) put(body, 0);
    },
    port: (actor, faults) => ({
      send: (message, delaySeconds) => {
        const body = printWorkMessage(message);
        return call(
          { world, faults, actor },
          'queue',
          () => {
            sent.push(body);
            put(body, delaySeconds);
          },
          () => {
            throw new Error('The queue did not take it.');
          },
        );
      },
    }),
  };
}
