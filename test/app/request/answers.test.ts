import { describe, expect, test } from 'vitest';
import type { MapsAccounts, RequestIds } from '../../../src/app/ports/ports.ts';
import type { RegenerateKeyResult } from '../../../src/app/request/regenerate-key.ts';
import { regenerateKey } from '../../../src/app/request/regenerate-key.ts';
import type { FakeApp, HttpResult } from '../../fakes/app.ts';
import { createFakeApp, DAY } from '../../fakes/app.ts';
import type { PlannedFault, PostFault } from '../../fakes/faults.ts';
import { outage, until } from '../../fakes/outage.ts';
import { createActor } from '../../fakes/world.ts';
import { breachesOf } from '../support/invariants.ts';
import { ACCOUNTS, quiesce } from '../support/simulation.ts';

const [account] = ACCOUNTS;
const repeatability = '0f8fad5b-d9cb-469f-a165-70867728950e';
const requestIds = { repeatability, client: '7c9e6679-7425-40de-944b-e07fc1f90ae7' };
const STORAGE = ['table', 'queue'] as const;

const post = (fault: PostFault): PlannedFault => ({ operation: 'post', nth: 0, fault });

/** Both ways of a caller to a new key. */
const WAYS: readonly [string, (app: FakeApp, ids?: RequestIds) => void][] = [
  [
    'regenerateKey',
    (app, ids = requestIds) => app.regenerate({ account, keyType: 'secondary', requestIds: ids }),
  ],
  ['rotate', (app, ids = requestIds) => app.rotate(account, true, undefined, ids)],
];

function appWith(faults: readonly PlannedFault[] = []): FakeApp {
  const app = createFakeApp({ faults });
  app.arm.add(account, { primary: 100 * DAY, secondary: 100 * DAY });
  return app;
}

async function answered(app: FakeApp, nth = 0): Promise<HttpResult | undefined> {
  await until(app, () => app.requests[nth]?.result !== undefined);
  return app.requests[nth]?.result;
}

/** Storage works again, and the app comes to rest. */
function mended(app: FakeApp): Promise<void> {
  app.plan([]);
  return quiesce(app);
}

/** What an answer says of the key, and the rotation that it names. */
function told(result: HttpResult | undefined) {
  if (result === undefined || result.kind === 'threw') return { says: 'nothing' };
  if (result.kind === 'keys') return { says: 'regenerated', rotationId: result.rotationId };
  if (result.kind === 'rotation') return { says: 'regenerated', rotationId: result.rotation.rotationId };
  const { failure, rotationId } = result;
  const regeneratesNothing = /(No key was regenerated|regenerated no key)/.test(failure.message);
  return { says: regeneratesNothing ? 'nothing regenerated' : failure.code, rotationId };
}

describe.each(WAYS)('what %s answers', (_, send) => {
  test.each([
    ['the POST was sent', (app: FakeApp) => app.arm.posts.length > 0],
    ['ARM changed the key', (app: FakeApp) => app.arm.changes.length > 0],
    ['the event was accepted', (app: FakeApp) => app.topic.accepted.length > 0],
  ])('HTTP-06: is that the key was regenerated, though storage fails once %s', async (_moment, reached) => {
    for (const done of [false, true]) {
      const app = appWith();
      send(app);
      await until(app, () => reached(app));
      app.plan(outage(STORAGE, done));

      const result = await answered(app);
      await mended(app);
      expect(told(result)).toEqual({ says: 'regenerated', rotationId: app.arm.changes[0]?.rotationId });
      expect(app.arm.posts).toHaveLength(1);
      expect(breachesOf(app)).toEqual([]);
    }
  });

  test.each([
    ['a lost answer', { kind: 'drop', carryOut: 0.5 }],
    ['no answer', { kind: 'time-out', carryOut: 0.9 }],
    ['an error of ARM', { kind: 'server-error', carryOut: 0.9 }],
    ['a POST that came to nothing', { kind: 'drop' }],
  ] as const)('HTTP-08: is that it is not known, where storage fails after %s', async (_fault, fault) => {
    const app = appWith([post(fault)]);
    send(app);
    await until(app, () => app.arm.posts.length > 0);
    app.plan(outage(STORAGE));

    const result = await answered(app);
    await mended(app);
    expect(told(result)).toEqual({ says: 'OutcomeUnknown', rotationId: app.arm.posts[0]?.rotationId });
    expect(result).toMatchObject({ failure: { status: 503, retryAfterSeconds: expect.any(Number) } });
    expect(app.arm.posts).toHaveLength(1);
    expect(breachesOf(app)).toEqual([]);
  });

  test.each([
    ['for good', { kind: 'refuse', status: 404 }],
    ['for now', { kind: 'refuse', status: 429, retryAfterSeconds: 3 }],
  ] as const)(
    'HTTP-06: is that nothing was, where ARM refused %s and storage fails then',
    async (_why, fault) => {
      const app = appWith([post(fault)]);
      send(app);
      await until(app, () => app.arm.posts.length > 0);
      app.plan(outage(STORAGE));

      const result = await answered(app);
      await mended(app);
      expect(result).toMatchObject({ kind: 'failed', rotationId: app.arm.posts[0]?.rotationId });
      expect(told(result).says).not.toBe('OutcomeUnknown');
      expect(app.arm.changes).toEqual([]);
      expect(breachesOf(app)).toEqual([]);
    },
  );

  test('HTTP-06: is true at whichever call storage goes away, and whether or not that call was done', async () => {
    const wrong: string[] = [];
    for (const done of [false, true]) {
      for (let nth = 0; nth < 30; nth++) {
        const app = appWith();
        app.plan(outage(STORAGE, done).filter((fault) => fault.nth >= nth && fault.operation === 'table'));
        send(app);
        const { says } = told(await answered(app));
        const changes = app.arm.changes.length;
        await mended(app);
        const right = changes > 0 ? 'regenerated' : 'nothing regenerated';
        const stays = app.arm.changes.length === changes;
        if (says !== right || !stays) wrong.push(`${nth} ${done}: ${says} of ${app.arm.changes.length}`);
      }
    }

    expect(wrong).toEqual([]);
  });

  test('HTTP-06: names the rotation whose start was not confirmed, and sends nothing for it', async () => {
    const app = appWith();
    app.plan([...outage(['table'], true).filter(({ nth }) => nth >= 4)]);
    send(app);

    const result = await answered(app);
    await mended(app);
    const [started] = app.rows().filter(({ rowKey }) => rowKey.startsWith('rotation-') && rowKey !== '');
    expect(started).toBeDefined();
    expect(told(result)).toMatchObject({ says: 'nothing regenerated', rotationId: expect.any(String) });
    expect(app.arm.posts).toEqual([]);
  });

  test('HTTP-06: is that it is not known, where the rotation that it repeats can not be looked up', async () => {
    const app = appWith([post({ kind: 'time-out', carryOut: 0.9 })]);
    send(app);
    await until(app, () => app.arm.posts.length > 0);
    // The account is still read, and nothing after it.
    app.plan(outage(['table']).filter(({ nth }) => nth >= 3));
    send(app);

    const result = await answered(app, 1);
    await mended(app);
    expect(told(result)).toEqual({ says: 'OutcomeUnknown', rotationId: app.arm.posts[0]?.rotationId });
    expect(app.arm.posts).toHaveLength(1);
  });

  test('HTTP-06: claims nothing of an earlier request of the same id, where nothing can be looked up', async () => {
    const app = appWith();
    send(app);
    await answered(app);
    app.plan(outage(['table']));
    send(app);

    const result = await answered(app, 1);

    expect(result).toMatchObject({
      failure: {
        code: 'StorageUnavailable',
        message: expect.stringContaining('another one with the same id answers for itself'),
      },
    });
  });

  test('HTTP-06: claims nothing of a twin, where the keys and then storage can not be read', async () => {
    const app = appWith([...outage(['read']), ...outage(['table']).filter(({ nth }) => nth >= 3)]);
    send(app);

    const result = await answered(app);

    expect(result).toMatchObject({
      failure: {
        code: expect.not.stringMatching('StorageUnavailable'),
        message: expect.stringContaining('another one with the same id answers for itself'),
      },
    });
  });

  test.each([
    ['Repeatability-Request-ID', { repeatability }],
    ['x-ms-client-request-id', { client: requestIds.client }],
  ])('HTTP-06: is the same rotation again under the same %s', async (_name, ids) => {
    const app = appWith();
    send(app, ids);
    await answered(app);
    send(app, ids);

    const second = await answered(app, 1);

    await quiesce(app);
    expect(told(second)).toEqual({ says: 'regenerated', rotationId: app.arm.changes[0]?.rotationId });
    expect(app.arm.changes).toHaveLength(1);
  });
});

test('HTTP-06: rotate under the id of a regenerateKey is a request of its own', async () => {
  const app = appWith();
  const ids = { client: requestIds.client };
  app.regenerate({ account, keyType: 'secondary', requestIds: ids });
  await answered(app);

  app.rotate(account, true, undefined, ids);
  await answered(app, 1);

  expect(app.arm.changes.map(({ keyType }) => keyType)).toEqual(['secondary', 'primary']);
});

test('HTTP-06: who loses a rotation to another driver does not give the keys that were read before its POST', async () => {
  const app = createFakeApp({ skews: [0, 0], faults: [post({ kind: 'time-out' })] });
  app.arm.add(account, { primary: 100 * DAY, secondary: 100 * DAY });
  const command = { account, keyType: 'secondary', requestIds } as const;
  app.regenerate(command);
  await until(app, () => app.arm.posts.length > 0);
  app.plan(outage(['read']));
  await answered(app);
  app.plan([]);
  const [winner, loser] = app.world.instances.map((instance) => app.services(createActor(instance, 'http')));
  if (winner === undefined || loser === undefined) throw new Error('Two instances are needed.');
  let overtaken: Promise<RegenerateKeyResult> | undefined;
  const readKeys: MapsAccounts['readKeys'] = async (at) => {
    const read = await loser.maps.readKeys(at);
    overtaken ??= regenerateKey(winner, command, () => 25);
    await overtaken;
    return read;
  };

  let answers: readonly RegenerateKeyResult[] = [];
  const late = regenerateKey({ ...loser, maps: { ...loser.maps, readKeys } }, command, () => 25);
  void late.then(async (own) => {
    answers = [own, ...(overtaken === undefined ? [] : [await overtaken])];
  });
  await until(app, () => answers.length === 2);

  const keys = answers.map((answer) => answer.kind === 'keys' && answer.keys.secondaryKey.reveal());
  expect(app.arm.changes).toHaveLength(1);
  expect(keys).toEqual([app.arm.changes[0]?.value, app.arm.changes[0]?.value]);
});
