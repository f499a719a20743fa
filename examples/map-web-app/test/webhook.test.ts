import { expect, test } from 'vitest';
import { announce, audience, keyOf, regenerate, startWorld, subscribeApp, tenantId } from './world.ts';

type World = Awaited<ReturnType<typeof startWorld>>;

async function deliver({ url }: World, token: string | undefined, body: unknown = {}): Promise<number> {
  const headers = { 'content-type': 'application/cloudevents+json; charset=utf-8' };
  const response = await fetch(`${url}/events`, {
    method: 'POST',
    headers: { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return response.status;
}

test('SUB-03: it agrees to deliveries of Event Grid of every cloud, and of nobody else', async () => {
  const world = await startWorld();
  const ask = (origin: string) =>
    fetch(`${world.url}/events`, { method: 'OPTIONS', headers: { 'webhook-request-origin': origin } });

  for (const cloud of ['net', 'us', 'cn', 'eaglex.ic.gov', 'microsoft.scloud']) {
    const agreed = await ask(`eventgrid.azure.${cloud}`);

    expect(agreed.status).toBe(200);
    expect(agreed.headers.get('webhook-allowed-origin')).toBe(`eventgrid.azure.${cloud}`);
    expect(agreed.headers.get('allow')).toBe('POST');
  }
  for (const origin of ['eventemitter.example.com', 'eventgrid.azure.net.example.com', 'azure.us', '']) {
    expect((await ask(origin)).status).toBe(403);
  }
  expect((await fetch(`${world.url}/events`, { method: 'OPTIONS' })).status).toBe(403);
});

test('tokens of both versions are taken', async () => {
  const world = await startWorld();
  const { azure } = world;
  await subscribeApp(world);

  for (const version of [1, 2] as const) {
    expect(await deliver(world, azure.issueDeliveryToken(audience, tenantId, { version }))).toBe(400);
  }
});

test('SUB-03: tokens of other clouds are taken, where the settings are of that cloud', async () => {
  const eventGrid = '54316b56-3481-47f9-8f30-0300f5542a7b';
  const world = await startWorld({ WEBHOOK_EVENT_GRID_APP_ID: eventGrid });
  const { azure } = world;
  await subscribeApp(world);
  const deliverAs = (claims: Record<string, string>) =>
    deliver(world, azure.issueDeliveryToken(audience, tenantId, { claims }));

  expect(await deliverAs({ appid: eventGrid })).toBe(400);
  expect(await deliverAs({ appid: eventGrid, iss: `https://sts.chinacloudapi.cn/${tenantId}/` })).toBe(400);
  expect(await deliverAs({ appid: eventGrid, iss: `https://sts.example.com/${tenantId}/` })).toBe(401);
  expect(await deliverAs({})).toBe(401);
});

test.each<[string, (world: World) => string | undefined]>([
  ['no token', () => undefined],
  ['no token of anybody', () => 'a.b.c'],
  ['a token for another application', ({ azure }) => azure.issueDeliveryToken('api://other', tenantId)],
  [
    'a token of another tenant',
    ({ azure }) => azure.issueDeliveryToken(audience, '99999999-2222-4333-8444-555555555555'),
  ],
  [
    'a token with the tenant of another',
    ({ azure }) => azure.issueDeliveryToken(audience, tenantId, { claims: { tid: 'other' } }),
  ],
  [
    'a token that another application of the tenant got',
    ({ azure }) => azure.issueDeliveryToken(audience, tenantId, { claims: { appid: tenantId } }),
  ],
  ['a late token', ({ azure }) => azure.issueDeliveryToken(audience, tenantId, { lifetimeSeconds: -600 })],
  ['a token with another signature', ({ azure }) => azure.issueToken(audience)],
])('refuses %s', async (_what, token) => {
  const world = await startWorld();

  expect(await deliver(world, token(world))).toBe(401);
});

test('a subscription without Entra is refused at each delivery', async () => {
  const world = await startWorld();
  const { azure, key } = world;
  const { entra: _none, ...bare } = { endpoint: `${world.url}/events`, entra: undefined };
  const subscription = await azure.subscribe(bare);

  await announce(azure, await regenerate(azure, 'primary'));
  await subscription.settled();

  expect(subscription.deadLetters).toMatchObject([{ lastdeliveryoutcome: 'Unauthorized' }]);
  expect(await key()).not.toBe(keyOf(azure, 'primary'));
});

test('while the signing keys cannot be read nothing is refused for good', async () => {
  const world = await startWorld({ AZURE_AUTHORITY_HOST: 'https://localhost:1' });

  expect(await deliver(world, world.azure.issueDeliveryToken(audience, tenantId))).toBe(503);
});

test('what is no key event is refused for good', async () => {
  const world = await startWorld();
  const token = world.azure.issueDeliveryToken(audience, tenantId);

  expect(await deliver(world, token, '{')).toBe(400);
  expect(await deliver(world, token, { specversion: '1.0', id: '1', source: '/s', type: 'Other' })).toBe(400);
  expect(await deliver(world, token, 'x'.repeat(1024 * 1024 + 1))).toBe(413);
  expect(await deliver(world, token, 'x'.repeat(8 * 1024 * 1024))).toBe(413);
});

test('batches are taken as well', async () => {
  const world = await startWorld();
  const { azure, key } = world;
  const subscription = await subscribeApp(world, { maxEventsPerBatch: 10 });

  const events = [await regenerate(azure, 'primary'), await regenerate(azure, 'secondary')];
  await announce(azure, ...events);
  await subscription.settled();

  expect(subscription.deliveries).toMatchObject([{ status: 204 }]);
  expect(await key()).toBe(keyOf(azure, 'secondary'));
});
