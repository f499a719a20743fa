import { expect, test } from 'vitest';
import { TIMINGS } from '../../../src/core/rotation/timings.ts';
import type { FakeApp } from '../../fakes/app.ts';
import { createFakeApp, DAY } from '../../fakes/app.ts';
import type { PlannedFault } from '../../fakes/faults.ts';
import { until } from '../../fakes/outage.ts';
import { breachesOf } from '../support/invariants.ts';
import { ACCOUNTS, quiesce } from '../support/simulation.ts';

const [account] = ACCOUNTS;
const requestIds = { repeatability: '0f8fad5b-d9cb-469f-a165-70867728950e' };
const order = { account, keyType: 'secondary', requestIds } as const;

const WAYS: readonly [string, (app: FakeApp) => void][] = [
  ['regenerateKey', (app) => app.regenerate(order)],
  ['rotate', (app) => app.rotate(account, true, undefined, requestIds)],
];

const slow = (operation: 'table' | 'read' | 'queue', nth: number, seconds: number): PlannedFault => ({
  operation,
  nth,
  fault: { kind: 'slow', seconds },
});
const error = (nth: number): PlannedFault => ({ operation: 'post', nth, fault: { kind: 'server-error' } });

const SLOWNESS: readonly [string, readonly PlannedFault[]][] = [
  ['a slow look at the account', [slow('table', 0, 16)]],
  ['a slow reading of the keys', [slow('read', 0, 16)]],
  ['a slow queue', [slow('queue', 0, 16)]],
  ['slow storage and a slow reading', [slow('table', 0, 8), slow('read', 0, 8)]],
  ['a slow start', [slow('table', 2, 16)]],
  [
    'slow storage, a slow reading and a slow start',
    [slow('table', 0, 6), slow('read', 0, 5), slow('table', 2, 4)],
  ],
  [
    'a slow token',
    [slow('read', 0, 12), { operation: 'post', nth: 0, fault: { kind: 'slow-token', seconds: 4 } }],
  ],
  [
    'two errors of ARM and slow readings',
    [error(0), error(1), slow('table', 0, 3), slow('read', 1, 4), slow('read', 2, 4)],
  ],
];

test.each(
  WAYS.flatMap(([way, send]) => SLOWNESS.map(([what, faults]) => [what, way, faults, send] as const)),
)(
  'HTTP-07: after %s, %s regenerates nothing that its caller may not wait for',
  async (_what, _way, faults, send) => {
    for (let seed = 1; seed <= 5; seed++) {
      const app = createFakeApp({ seed, faults });
      app.arm.add(account, { primary: 100 * DAY, secondary: 100 * DAY });
      send(app);
      await until(app, () => app.requests[0]?.result !== undefined);
      const changes = app.arm.changes.length;
      await quiesce(app);

      const latest = Math.max(0, ...app.arm.posts.map(({ sentAt }) => sentAt));
      expect(latest).toBeLessThanOrEqual(TIMINGS.httpBudget - TIMINGS.postTimeout);
      expect(app.arm.changes).toHaveLength(changes);
      expect(breachesOf(app)).toEqual([]);
    }
  },
);

test('HTTP-07: a request that waited too long for an earlier one of its id begins nothing', async () => {
  const app = createFakeApp({ faults: [{ operation: 'post', nth: 0, fault: { kind: 'time-out' } }] });
  app.arm.add(account, { primary: 100 * DAY, secondary: 100 * DAY });
  app.regenerate(order);
  await app.world.run(2);
  app.regenerate(order);
  await until(app, () => app.requests[0]?.result !== undefined);
  const reads = app.arm.reads();

  await until(app, () => app.requests[1]?.result !== undefined);

  expect(app.requests[1]?.result).toMatchObject({
    kind: 'failed',
    failure: { message: expect.stringContaining('This request regenerated no key, and will not') },
  });
  expect(app.arm.reads()).toBe(reads);
  expect(app.arm.posts).toHaveLength(1);
});
