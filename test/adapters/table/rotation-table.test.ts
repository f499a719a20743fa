import { beforeEach, expect, test } from 'vitest';
import { handlePoison } from '../../../src/app/background/handle-work.ts';
import type { AccountView, HeldRotation, RotationStart } from '../../../src/app/ports/ports.ts';
import type { Services } from '../../../src/app/ports/services.ts';
import { newAccountRecord } from '../../../src/core/rotation/account-record.ts';
import type { Rotation } from '../../../src/core/rotation/rotation.ts';
import { startRotation } from '../../../src/core/rotation/rotation.ts';
import { supersede } from '../../../src/core/rotation/step.ts';
import { TIMINGS } from '../../../src/core/rotation/timings.ts';
import { ACCOUNTS } from '../../app/support/simulation.ts';
import { waiting } from '../../core/support/rotations.ts';
import type { FakeApp } from '../../fakes/app.ts';
import { createFakeApp } from '../../fakes/app.ts';
import { createActor } from '../../fakes/world.ts';

const [account] = ACCOUNTS;
const LEASED = { owner: 'driver', seconds: TIMINGS.lease };
const RECORD = newAccountRecord(account);

let app: FakeApp;
let services: Services;

beforeEach(() => {
  app = createFakeApp();
  const [instance] = app.world.instances;
  if (instance === undefined) throw new Error('No instance is there.');
  services = app.services(createActor(instance, 'background'));
});

/** Lets the world go on until a call has answered. */
async function done<T>(call: Promise<T>): Promise<T> {
  let settled = false;
  const end = () => {
    settled = true;
  };
  void call.then(end, end);
  await app.world.run(app.world.now() + 3600, () => settled);
  return call;
}

function rotation(trigger: 'http' | 'timer'): Rotation {
  return startRotation({
    rotationId: services.newId(),
    accountId: RECORD.accountId,
    keyType: 'secondary',
    command: trigger === 'http' ? 'regenerate' : 'rotate',
    trigger,
    reason: trigger === 'http' ? 'requested' : 'due',
    before: {},
  });
}

const view = () => done(services.store.viewAccount({ account }, undefined, {}));

async function start(
  started: Rotation,
  seen: AccountView,
  more: Partial<RotationStart> = {},
): Promise<HeldRotation> {
  await done(services.store.indexRotation(started.rotationId, { account }, {}));
  const fields = { view: seen, rotation: started, record: RECORD, requestIds: {}, hold: LEASED, ...more };
  const held = await done(services.store.startRotation(fields));
  if (held === 'lost') throw new Error('The start was lost.');
  return held;
}

/** A rotation of the timer that waits, and what a request sees of it. */
async function waitingRotation(): Promise<{ held: HeldRotation; seen: AccountView }> {
  const held = await start(rotation('timer'), await view());
  const { rotationId } = held.rotation;
  const waits = { ...waiting(), rotationId };
  const saved = await done(services.store.saveRotation(held, waits, { seconds: 60 }));
  if (saved === 'lost') throw new Error('The save was lost.');
  return { held: saved, seen: await view() };
}

test('an order does not take the place of a rotation that a driver has taken up since it was seen', async () => {
  const { held, seen } = await waitingRotation();
  if (seen.running === undefined) throw new Error('Nothing is under way.');
  await done(services.store.saveRotation(held, { ...held.rotation, doubt: { kind: 'sending' } }, LEASED));

  const ended = supersede(seen.running.rotation, 'of an order', TIMINGS);
  const supersedes = { found: seen.running, ended };
  const fields = { view: seen, rotation: rotation('http'), record: RECORD, requestIds: {}, hold: LEASED };
  const order = await done(services.store.startRotation({ ...fields, supersedes }));

  expect(order).toBe('lost');
});

test('it does where nobody has', async () => {
  const { seen } = await waitingRotation();
  if (seen.running === undefined) throw new Error('Nothing is under way.');

  const ended = supersede(seen.running.rotation, 'of an order', TIMINGS);
  await start(rotation('http'), seen, { supersedes: { found: seen.running, ended } });

  expect((await view()).running?.rotation.trigger).toBe('http');
});

test.each([
  ['whose POST may be under way', { doubt: { kind: 'sending' } }, 'started'],
  ['with a POST in doubt before', { everInDoubt: true }, 'started'],
  ['with nothing sent', {}, 'failed'],
] as const)('a message in the poison queue: of a rotation %s', async (_, changes, state) => {
  const { held } = await waitingRotation();
  await done(services.store.saveRotation(held, { ...held.rotation, ...changes }, { seconds: 0 }));
  const { rotationId, attempt } = held.rotation;

  await done(handlePoison(services, { version: 1, kind: 'rotation', rotationId, attempt }));

  const found = await done(services.store.findRotation(rotationId));
  expect(found?.rotation.state).toBe(state);
  expect(app.queue.sent.filter((text) => text.includes(rotationId))).not.toEqual([]);
});

test.each(['with a row', 'without one'])(
  'once an orphan’s index is dropped its start comes too late: an account %s',
  async (row) => {
    if (row === 'with a row')
      await done(services.store.saveAccount(await view(), { ...RECORD, canonical: true }));
    const late = rotation('timer');
    const seen = await view();
    await done(services.store.indexRotation(late.rotationId, { account }, {}));

    expect(await done(services.store.dropOrphan(late.rotationId))).toBe(true);
    const fields = { rotation: late, record: RECORD, requestIds: {}, hold: LEASED };
    const begun = await done(services.store.startRotation({ ...fields, view: seen }));

    expect(begun).toBe('lost');
    expect(app.rows().filter(({ rowKey }) => rowKey.includes(late.rotationId))).toEqual([]);
  },
);

test('no index is dropped of a rotation that came to exist all the same', async () => {
  const { rotation: begun } = await start(rotation('timer'), await view());

  expect(await done(services.store.dropOrphan(begun.rotationId))).toBe(false);
  expect(await done(services.store.findRotation(begun.rotationId))).toBeDefined();
});

test('CLK-02: a lease is held as long as its row is young by the Table service’s clock and nobody else wrote it', async () => {
  const held = await start(rotation('timer'), await view());
  const holds = () => done(services.store.holdsLease(held, TIMINGS.sendWindow));
  expect(await holds()).toBe(true);

  await app.world.run(app.world.now() + TIMINGS.sendWindow + 1);
  expect(await holds()).toBe(false);

  await done(services.store.saveRotation(held, held.rotation, LEASED));
  expect(await holds()).toBe(false);
});
