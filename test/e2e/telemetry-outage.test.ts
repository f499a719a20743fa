import { afterAll, beforeAll, expect, test } from 'vitest';
import { startInsights } from '../support/insights.ts';
import { events, regenerateKey } from '../support/observe.ts';
import type { OtlpReceiver } from '../support/otlp-receiver.ts';
import { startOtlpReceiver } from '../support/otlp-receiver.ts';
import type { World } from '../support/world.ts';
import { startWorld } from '../support/world.ts';

let world: World;
let receiver: OtlpReceiver;

beforeAll(async () => {
  [world, receiver] = await Promise.all([startWorld(), startOtlpReceiver()]);
});

afterAll(async () => {
  await world.close();
  await receiver.close();
});

const warnings = (log: readonly { message: string }[]) =>
  log.filter(({ message }) => message.includes('Telemetry could not be sent'));

test('a collector that hangs costs the first call a moment, the next ones nothing, and no rotation', async () => {
  receiver.behave('hang');
  const app = await world.start({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
  const account = world.addAccount();
  await regenerateKey(app, account, 'primary');

  const answers = [];
  for (const keyType of ['secondary', 'primary', 'secondary'] as const) {
    answers.push(await regenerateKey(app, account, keyType));
  }

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(Math.min(...answers.map(({ seconds }) => seconds))).toBeLessThan(0.5);
  expect(events(world, account)).toHaveLength(4);
  expect(receiver.payloads.length).toBeGreaterThan(0);
  expect(warnings(app.log)).toHaveLength(1);
  await app.close();
});

test.each([
  ['refuses', 'http'],
  ['is not there', 'none'],
  ['has an address that is none', 'nonsense'],
])('a collector that %s harms no rotation', async (_, kind) => {
  receiver.behave('refuse');
  const url = { http: receiver.url, none: 'http://127.0.0.1:9', nonsense: 'nonsense://%%' }[kind] ?? '';
  const app = await world.start({ OTEL_EXPORTER_OTLP_ENDPOINT: url });
  const account = world.addAccount();

  const { status } = await regenerateKey(app, account, 'primary');
  const timer = await app.invoke('reconcileRotations');

  expect(status).toBe(200);
  expect(timer.ok).toBe(true);
  expect(events(world, account)).toHaveLength(1);
  await app.close();
});

test('with the host in the mode OpenTelemetry, Application Insights gets spans and metrics by Entra ID, and no key', async () => {
  const insights = await startInsights(world.azure.environment().NODE_EXTRA_CA_CERTS ?? '');
  const app = await world.start({
    NODE_EXTRA_CA_CERTS: insights.caFile,
    APPLICATIONINSIGHTS_CONNECTION_STRING: insights.connectionString,
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'Authorization=AAD',
    AzureFunctionsJobHost__telemetryMode: 'OpenTelemetry',
  });
  const account = world.addAccount();

  await regenerateKey(app, account, 'primary');

  const all = insights.requests.map(({ body }) => body).join('\n');
  expect(warnings(app.log)).toEqual([]);
  for (const wanted of ['drive rotation', 'maps_key_rotation.rotations', '/regenerateKey']) {
    expect(all).toContain(wanted);
  }
  expect([...world.azure.everyKey].filter((key) => all.includes(key))).toEqual([]);
  expect(insights.requests.filter(({ auth }) => !auth.startsWith('Bearer '))).toEqual([]);
  await app.close();
  await insights.close();
});
