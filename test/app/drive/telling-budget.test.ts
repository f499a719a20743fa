import { expect, test } from 'vitest';
import type { Log } from '../../../src/app/ports/ports.ts';
import { regenerateKey } from '../../../src/app/request/regenerate-key.ts';
import { TIMINGS } from '../../../src/core/rotation/timings.ts';
import { createFakeApp, DAY } from '../../fakes/app.ts';
import type { PlannedFault } from '../../fakes/faults.ts';
import { createActor } from '../../fakes/world.ts';
import { breachesOf } from '../support/invariants.ts';
import { ACCOUNTS, quiesce } from '../support/simulation.ts';

const [account] = ACCOUNTS;

/** The read, the token for the POST, the vault and Azure Maps take nearly as long as each of them may. */
const slow: readonly PlannedFault[] = [
  { operation: 'read', nth: 0, fault: { kind: 'slow', seconds: 9 } },
  { operation: 'post', nth: 0, fault: { kind: 'slow-token', seconds: 3.9 } },
  { operation: 'vault', nth: 0, fault: { kind: 'slow', seconds: 4.5 } },
  { operation: 'vault', nth: 1, fault: { kind: 'slow', seconds: 4.5 } },
  { operation: 'maps', nth: 0, fault: { kind: 'slow', seconds: 4.5 } },
];

test.each([
  ['after a slow reading and a slow POST', slow],
  ['alone', slow.slice(2)],
  [
    'after a POST in doubt',
    [{ operation: 'post', nth: 0, fault: { kind: 'drop', carryOut: 0.5 } }, ...slow.slice(2)],
  ],
] as const)('a slow vault %s keeps no caller for longer than his budget', async (_, faults) => {
  const app = createFakeApp({ stores: true, knowsKeysAfter: 0, faults });
  app.arm.add(account, { primary: 10 * DAY, secondary: 10 * DAY });

  app.regenerate({ account, keyType: 'primary', requestIds: {} });
  await quiesce(app);

  const [request] = app.requests;
  expect(request?.result?.kind).toBe('keys');
  // What is left to the queue is saved first.
  expect(request?.endedAt).toBeLessThanOrEqual(TIMINGS.httpBudget + 2);
  expect(app.topic.accepted.map(({ event }) => event.data)).toMatchObject([
    { secretId: 'secret-0', verified: true },
  ]);
  expect(breachesOf(app)).toEqual([]);
});

test('a slow vault keeps no order from being carried out on an account whose other key others changed', async () => {
  const app = createFakeApp({ stores: true, knowsKeysAfter: 0 });
  app.arm.add(account, { primary: 10 * DAY, secondary: 10 * DAY });
  app.regenerate({ account, keyType: 'primary', requestIds: {} });
  await quiesce(app);
  app.arm.change(account, 'secondary');
  app.plan(
    [0, 1, 2, 3].map((nth) => ({ operation: 'vault', nth, fault: { kind: 'slow', seconds: 4.5 } }) as const),
  );
  const startedAt = app.world.now();

  app.regenerate({ account, keyType: 'primary', requestIds: {} });
  await quiesce(app);

  const [, request] = app.requests;
  expect(request?.result?.kind).toBe('keys');
  expect((request?.endedAt ?? 0) - startedAt).toBeLessThanOrEqual(TIMINGS.httpBudget + 2);
  expect(app.topic.accepted.map(({ event }) => event.data.keyType).sort()).toEqual([
    'primary',
    'primary',
    'secondary',
  ]);
});

test('what is left to the queue is told of in the log as what is not', async () => {
  const app = createFakeApp({ stores: true });
  app.arm.add(account, { primary: 10 * DAY, secondary: 10 * DAY });
  const [instance] = app.world.instances;
  if (instance === undefined) throw new Error('No instance is there.');
  const services = app.services(createActor(instance, 'http'));
  const lines: [string, unknown][] = [];
  const info: Log['info'] = (message, { state }) => void lines.push([message, state]);
  const end = services.clock.monotonic() + TIMINGS.postTimeout + 3;

  const answer = regenerateKey(
    { ...services, log: { ...services.log, info } },
    { account, keyType: 'primary', requestIds: {} },
    () => end - services.clock.monotonic(),
  );
  await quiesce(app);

  expect((await answer).kind).toBe('keys');
  expect(lines).toEqual([
    ['The rotation started', undefined],
    ['The rotation goes on later', undefined],
    ['The rotation moved on', 'regenerated'],
  ]);
});
