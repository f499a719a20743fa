import type { FakeApp } from './app.ts';
import type { Operation, PlannedFault } from './faults.ts';

/** Longer than anything asks. */
const MANY = 500;

/** Every call of these kinds fails: before the service did its part, or after it. */
export function outage(
  operations: readonly Exclude<Operation, 'post'>[],
  done = false,
): readonly PlannedFault[] {
  return operations.flatMap((operation) =>
    Array.from({ length: MANY }, (_, nth) => ({ operation, nth, fault: { kind: 'fail', done } }) as const),
  );
}

/** Lets time pass until something has happened. */
export async function until(app: FakeApp, happened: () => boolean): Promise<void> {
  await app.world.run(app.world.now() + 3600, happened);
  if (!happened()) throw new Error('It did not happen within an hour.');
}
