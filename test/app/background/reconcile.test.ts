import { expect, test } from 'vitest';
import { reconcile } from '../../../src/app/background/reconcile.ts';
import type { OpenRotation } from '../../../src/app/ports/ports.ts';
import type { Services } from '../../../src/app/ports/services.ts';
import { createFleet } from '../../fakes/fleet.ts';

/** Seconds that one read of the table takes. */
const READ = 0.005;

/** Index rows of rotations that never came to exist, and one whose row can't be read. */
function storeOf(count: number, broken: number) {
  const fleet = createFleet([], () => () => ({ ids: [] }));
  const dropped: string[] = [];
  let [open, most] = [0, 0];
  const store = {
    async *openRotations(): AsyncIterable<OpenRotation> {
      for (let i = 0; i < count; i++) yield { rotationId: `rotation-${i}`, ageSeconds: 7200 };
    },
    async findRotation(rotationId: string) {
      most = Math.max(most, ++open);
      await fleet.wait(READ);
      open -= 1;
      if (rotationId === `rotation-${broken}`) throw new Error('The row names no Maps account.');
      return undefined;
    },
    dropOrphan: async (rotationId: string) => dropped.push(rotationId) > 0,
    dropExpiredRequests: async () => 0,
  };
  const services = { ...fleet.services, store } as unknown as Services;
  return { fleet, services, dropped, most: () => most };
}

test('LOAD-01: thousands of open rotations are reconciled some at a time, not one after another', async () => {
  const { fleet, services, dropped, most } = storeOf(3000, -1);

  const done = await reconcile(services);

  expect(done).toMatchObject({ closed: 3000, failed: 0 });
  expect(dropped).toHaveLength(3000);
  expect(most()).toBe(16);
  expect(fleet.now()).toBeLessThan((3000 * READ) / 8);
});

test('LOAD-01: a rotation that can not be read keeps none of the others waiting, and is told of', async () => {
  const { fleet, services, dropped } = storeOf(100, 3);

  const done = await reconcile(services);

  expect(done).toMatchObject({ closed: 99, failed: 1 });
  expect(dropped).toHaveLength(99);
  expect(fleet.log.filter(({ level }) => level === 'error')).toMatchObject([
    { message: 'A rotation could not be looked at', fields: { rotationId: 'rotation-3' } },
  ]);
  expect(fleet.beats.reconcileRotations).toMatchObject({ closed: 99, failed: 1 });
});
