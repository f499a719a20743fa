import { afterAll, beforeAll, expect, test } from 'vitest';
import { events, regenerateKey, until } from '../support/observe.ts';
import type { OtlpReceiver } from '../support/otlp-receiver.ts';
import { startOtlpReceiver } from '../support/otlp-receiver.ts';
import type { RunningApp } from '../support/running-app.ts';
import type { World } from '../support/world.ts';
import { startWorld } from '../support/world.ts';

let world: World;
let app: RunningApp;
let receiver: OtlpReceiver;

beforeAll(async () => {
  receiver = await startOtlpReceiver();
  world = await startWorld();
  app = await world.start({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=tests',
  });
});

afterAll(async () => {
  await world.close();
  await receiver.close();
});

const metric = (name: string) => receiver.metrics().find((one) => one.name === `maps_key_rotation.${name}`);

test('metrics tell of rotations, their time and that of their events and verification', async () => {
  const accountId = world.addAccount({ tags: {} });

  const { status } = await regenerateKey(app, accountId, 'primary');

  expect(status).toBe(200);
  await until('they are sent', () => metric('rotations') !== undefined);

  expect(metric('rotations')?.points).toContainEqual(
    expect.objectContaining({
      attributes: {
        'maps_key_rotation.result': 'completed',
        'maps_key_rotation.trigger': 'http',
        'maps_key_rotation.key_type': 'primary',
      },
    }),
  );
  for (const name of ['rotation.duration', 'publish.delay', 'verification.delay']) {
    expect(metric(name)).toMatchObject({ unit: 's' });
    expect(metric(name)?.points[0]?.count).toBeGreaterThan(0);
    expect(metric(name)?.points[0]?.value).toBeGreaterThanOrEqual(0);
  }
});

test('metrics tell of the fleet after a run of the timer', async () => {
  const accountId = world.addAccount({ tags: { 'key-rotation': 'enabled' } });
  // The first run has nothing but a message for an account that it does not know.
  await app.invoke('rotateDueAccounts');
  await until('it is rotated', () => events(world, accountId).length === 1);
  await app.invoke('rotateDueAccounts');

  const days = Number(metric('oldest_key.age')?.points[0]?.value) / 86_400;
  expect(days).toBeGreaterThan(199);
  expect(days).toBeLessThan(202);
  expect(metric('overdue_accounts')?.points[0]?.value).toBeGreaterThan(0);
});

test('metrics tell of throttles', async () => {
  const accountId = world.addAccount({ tags: {} });
  world.azure.faults.add({ operation: 'regenerateKey', account: accountId, status: 429, times: 1 });

  await regenerateKey(app, accountId, 'primary');

  expect(metric('arm.throttles')?.points).toContainEqual(
    expect.objectContaining({ attributes: { 'maps_key_rotation.operation': 'regenerateKey' } }),
  );
  expect(metric('rotations')?.points.map(({ attributes }) => attributes['error.type'])).toContain(
    'SubscriptionRequestsThrottled',
  );
});

test('metrics name the process, and what the standard variables say of it', () => {
  for (const resource of receiver.resources()) {
    expect(resource).toMatchObject({
      'service.name': 'maps-key-rotation',
      'service.instance.id': expect.any(String),
      'deployment.environment.name': 'tests',
    });
  }
});
