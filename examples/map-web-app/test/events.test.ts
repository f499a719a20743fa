import { expect, test } from 'vitest';
import { mapsAccount, topicClient } from '../../../test/tools/local-azure/helpers.ts';
import type { AccountSeed } from '../../../tools/local-azure/local-azure.ts';
import { announce, eventData, keyOf, regenerate, startWorld, subscribeApp, until } from './world.ts';

test('it starts with the key that was updated last', async () => {
  const { azure, key } = await startWorld();

  await until(async () => (await key()) !== undefined);

  expect(await key()).toBe(keyOf(azure, 'secondary'));
});

test.each<[string, string, string | undefined, string | undefined]>([
  ['made at once', 'primary', '2026-11-25T16:31:22.3184321Z', '2026-11-25T16:31:22.3185Z'],
  ['of a minute', 'primary', '2026-11-25T16:31:00Z', '2026-11-25T16:32:00Z'],
  ['of over a minute', 'secondary', '2026-11-25T16:31:00Z', '2026-11-25T16:32:00.0000001Z'],
  ['without times', 'primary', '0001-01-01T00:00:00Z', '0001-01-01T00:00:00Z'],
])('ARM-11: with keys %s it starts with the %s one', async (_, keyType, primary, secondary) => {
  const account = { ...mapsAccount, primaryKeyLastUpdated: primary, secondaryKeyLastUpdated: secondary };
  const { azure, key } = await startWorld({}, { accounts: [account as AccountSeed] });

  await until(async () => (await key()) !== undefined);

  expect(await key()).toBe(keyOf(azure, keyType as 'primary' | 'secondary'));
});

test('an event moves it to the new key, which it reads with its own identity', async () => {
  const world = await startWorld();
  const { azure, key } = world;
  const subscription = await subscribeApp(world);
  const before = await key();

  await announce(azure, await regenerate(azure, 'primary'));
  await subscription.settled();

  expect(subscription.deliveries).toMatchObject([{ status: 204 }]);
  expect(await key()).toBe(keyOf(azure, 'primary'));
  expect(await key()).not.toBe(before);
});

test('repeats and late events change nothing', async () => {
  const world = await startWorld();
  const { azure, key } = world;
  const subscription = await subscribeApp(world, { deliver: { duplicate: 2 } });

  subscription.hold();
  await announce(azure, await regenerate(azure, 'primary'));
  await announce(azure, await regenerate(azure, 'secondary'));
  await subscription.release('reversed');
  const inUse = await key();
  subscription.redeliver();
  await subscription.settled();

  expect(inUse).toBe(keyOf(azure, 'secondary'));
  expect(await key()).toBe(inUse);
  expect(subscription.deliveries).toHaveLength(12);
  expect(subscription.deliveries.every(({ status }) => status === 204)).toBe(true);
  // One at the start; of the three deliveries of the newer event each may have come before the first was applied.
  expect(azure.calls.filter(({ operation }) => operation === 'listKeys').length).toBeLessThanOrEqual(4);
});

test('while the key cannot be read Event Grid is asked to deliver again, and the old key goes on', async () => {
  const world = await startWorld();
  const { azure, key } = world;
  const subscription = await subscribeApp(world);
  const before = await key();
  azure.faults.add({ operation: 'listKeys', status: 403, times: Infinity });

  await announce(azure, await regenerate(azure, 'primary'));
  await until(() => subscription.deliveries.length === 1);
  const meanwhile = await key();
  azure.faults.clear();
  await subscription.settled();

  expect(meanwhile).toBe(before);
  expect(subscription.deliveries[0]).toMatchObject({ status: 503 });
  expect(subscription.deliveries.at(-1)).toMatchObject({ status: 204 });
  expect(await key()).toBe(keyOf(azure, 'primary'));
});

test('a key that Azure Maps does not accept yet is not used until it does', async () => {
  const world = await startWorld({}, { keyAcceptanceDelayMs: 60_000 });
  const { azure, key } = world;
  const subscription = await subscribeApp(world);
  const before = await key();

  await announce(azure, await regenerate(azure, 'primary'));
  await until(() => subscription.deliveries.length === 1);
  const meanwhile = await key();
  azure.setKeyAcceptanceDelay(0);
  await subscription.settled();

  expect(meanwhile).toBe(before);
  expect(subscription.deliveries[0]).toMatchObject({ status: 503 });
  expect(await key()).toBe(keyOf(azure, 'primary'));
});

test('a key that the event calls verified is not tried', async () => {
  const world = await startWorld();
  const { azure, key } = world;
  const subscription = await subscribeApp(world);

  await announce(azure, { ...(await regenerate(azure, 'primary')), verified: true });
  await subscription.settled();

  expect(await key()).toBe(keyOf(azure, 'primary'));
  expect(azure.calls.filter(({ operation }) => operation === 'mapsRequest')).toEqual([]);
});

test('where the key in use itself was replaced, its new value is taken at once', async () => {
  const world = await startWorld({}, { keyAcceptanceDelayMs: 60_000 });
  const { azure, key } = world;
  const subscription = await subscribeApp(world);

  await announce(azure, await regenerate(azure, 'secondary'));
  await subscription.settled();

  expect(subscription.deliveries).toMatchObject([{ status: 204 }]);
  expect(await key()).toBe(keyOf(azure, 'secondary'));
});

test('events of other accounts are taken and left aside', async () => {
  const world = await startWorld();
  const { azure, key } = world;
  const subscription = await subscribeApp(world);
  const before = await key();

  const data = await regenerate(azure, 'primary');
  await announce(azure, {
    ...data,
    accountId: data.accountId.replace('Maps1', 'Maps2'),
    accountName: 'Maps2',
  });
  await subscription.settled();

  expect(subscription.deliveries).toMatchObject([{ status: 204 }]);
  expect(await key()).toBe(before);
});

test('a lost event is made up for by reading again', async () => {
  const { azure, key } = await startWorld({ KEY_REREAD_MINUTES: '0.001' });
  await until(async () => (await key()) !== undefined);

  await regenerate(azure, 'primary');

  await until(async () => (await key()) === keyOf(azure, 'primary'));
});

test('no key is in its log', async () => {
  const world = await startWorld();
  const { azure, log } = world;
  const subscription = await subscribeApp(world);
  azure.faults.add({ operation: 'listKeys', status: 403 });

  await announce(azure, await regenerate(azure, 'primary'));
  await subscription.settled();

  const text = JSON.stringify(log);
  expect(log.length).toBeGreaterThan(2);
  for (const key of azure.everyKey) expect(text).not.toContain(key);
});

test('a rotation that failed is logged with its reason, and changes nothing', async () => {
  const world = await startWorld();
  const { azure, log, key } = world;
  const subscription = await subscribeApp(world);
  const before = await key();
  const { keyLastUpdated, ...data } = eventData('primary', '2026-03-01T00:00:00Z');
  const error = { code: 'AuthorizationFailed', message: 'A role is missing.' };

  await topicClient(azure).send([
    {
      id: `${data.rotationId}/failed`,
      source: data.accountId,
      type: 'KeyRotationFailed',
      subject: 'accounts/Maps1/keys/primary',
      time: new Date(keyLastUpdated ?? ''),
      data: { ...data, state: 'started', keyRegenerated: false, error },
    },
  ]);
  await subscription.settled();

  expect(log).toContainEqual(
    expect.objectContaining({ level: 'warn', message: expect.stringMatching(/^A rotation failed/), error }),
  );
  expect(await key()).toBe(before);
});
