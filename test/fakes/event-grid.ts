import type { EventSink } from '../../src/app/ports/telling-ports.ts';
import type { Failure } from '../../src/core/failure.ts';
import { unavailable } from '../../src/core/failure.ts';
import type { RotationEvent } from '../../src/core/rotation/events.ts';
import type { Faults } from './faults.ts';
import { call } from './faults.ts';
import type { Actor, World } from './world.ts';

export interface Accepted {
  readonly event: RotationEvent;
  readonly at: number;
}

/** The Event Grid topic, which may refuse everything until some moment. */
export interface Topic {
  readonly accepted: readonly Accepted[];
  port(actor: Actor, faults: Faults): EventSink;
}

export function createTopic(world: World, refusesUntil: number): Topic {
  const accepted: Accepted[] = [];
  const refused = (): Failure => unavailable('Http503', 'Event Grid refused.');
  return {
    accepted,
    port: (actor, faults) => ({
      ready: async () => undefined,
      publish: (event) =>
        call<Failure | undefined>(
          { world, faults, actor },
          'publish',
          () => {
            if (world.now() < refusesUntil) return refused();
            accepted.push({ event, at: world.now() });
            return undefined;
          },
          refused,
        ),
    }),
  };
}
