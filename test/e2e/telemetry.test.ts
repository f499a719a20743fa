import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { events, regenerateKey, rotationRows, until } from '../support/observe.ts';
import type { OtlpReceiver, Span } from '../support/otlp-receiver.ts';
import { startOtlpReceiver } from '../support/otlp-receiver.ts';
import type { RunningApp } from '../support/running-app.ts';
import type { World } from '../support/world.ts';
import { startWorld } from '../support/world.ts';

const TRACE_ID = '4bf92f3577b34da6a3ce929d0e0e4736';
const TRACEPARENT = `00-${TRACE_ID}-00f067aa0ba902b7-00`;
const OPTED_IN = { 'key-rotation': 'enabled' };

let world: World;
let app: RunningApp;
let receiver: OtlpReceiver;

beforeAll(async () => {
  receiver = await startOtlpReceiver();
  world = await startWorld();
  app = await world.start({
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    KEY_VAULT_URI: world.azure.vaultUri,
  });
});

afterAll(async () => {
  await world.close();
  await receiver.close();
});

const byTrace = (traceId: string) => receiver.spans().filter((span) => span.traceId === traceId);
const spanOf = (traceparent: unknown): Span | undefined => {
  const [, traceId, spanId] = String(traceparent).split('-');
  return receiver.spans().find((span) => span.traceId === traceId && span.spanId === spanId);
};
const parentOf = (span: Span | undefined) =>
  receiver.spans().find(({ traceId, spanId }) => traceId === span?.traceId && spanId === span.parentSpanId);
const ancestorsOf = (span: Span | undefined): string[] =>
  span === undefined ? [] : [span.name, ...ancestorsOf(parentOf(span))];

describe('a request', () => {
  let accountId: string;

  beforeAll(async () => {
    accountId = world.addAccount({ tags: {} });
    const { status } = await regenerateKey(app, accountId, 'primary', { traceparent: TRACEPARENT });
    expect(status).toBe(200);
  });

  test('is one trace, the caller’s, with a span for the function and one for the rotation', () => {
    const spans = byTrace(TRACE_ID);
    const drive = spans.find(({ name }) => name === 'drive rotation');
    const [row] = world.azure.events;

    expect(spans.filter(({ name }) => name === 'regenerateKey')).toEqual([
      expect.objectContaining({
        attributes: expect.objectContaining({ 'faas.trigger': 'http', 'http.response.status_code': 200 }),
      }),
    ]);
    expect(ancestorsOf(drive)).toEqual(['drive rotation', 'regenerateKey']);
    expect(drive?.attributes).toMatchObject({
      'maps_key_rotation.rotation_id': row?.id,
      'maps_key_rotation.account_id': accountId,
      'maps_key_rotation.key_type': 'primary',
      'maps_key_rotation.trigger': 'http',
      'maps_key_rotation.state': 'completed',
    });
    expect(drive?.isError).toBe(false);
  });

  test('has a span for each call of ARM, Event Grid, Key Vault, Azure Maps, the table and the queue', () => {
    const spans = byTrace(TRACE_ID).filter(({ kind }) => kind === 3);
    const paths = spans.map(({ attributes }) => new URL(String(attributes['url.full'])).pathname);
    const ends = ['/listKeys', '/regenerateKey', '/api/events', '/caption/json', '/$batch', '/messages'];

    expect(ends.filter((end) => !paths.some((path) => path.endsWith(end)))).toEqual([]);
    expect(paths.some((path) => path.startsWith('/secrets/'))).toBe(true);
    for (const { attributes } of spans) {
      expect(attributes['http.request.method']).toMatch(/^[A-Z]+$/);
      expect(attributes['http.response.status_code']).toBeGreaterThanOrEqual(200);
    }
    const post = spans.find(({ attributes }) => String(attributes['url.full']).endsWith('/regenerateKey'));
    expect(ancestorsOf(post)).toEqual(['HTTP POST', 'drive rotation', 'regenerateKey']);
  });

  test('has an event that tells its trace, as its row does', async () => {
    const [event] = events(world, accountId);
    const [row] = await rotationRows(world, accountId);

    expect(spanOf(event?.traceparent)).toMatchObject({ traceId: TRACE_ID, name: 'regenerateKey' });
    expect((row as { traceparent?: string } | undefined)?.traceparent).toBe(event?.traceparent);
  });
});

describe('the timer', () => {
  test('is linked to the drive that its message brings, and that to the event', async () => {
    const accountId = world.addAccount({ tags: OPTED_IN });

    await app.invoke('rotateDueAccounts');
    await until('it is rotated', () => events(world, accountId).length === 1);
    await until('its trace is sent', () => spanOf(events(world, accountId)[0]?.traceparent) !== undefined);

    const started = spanOf(events(world, accountId)[0]?.traceparent);
    const [link] = started?.links ?? [];
    const sender = receiver.spans().find(({ spanId }) => spanId === link?.spanId);
    expect(started).toMatchObject({ name: 'driveRotation', attributes: { 'faas.trigger': 'pubsub' } });
    expect(link?.traceId).not.toBe(started?.traceId);
    expect(ancestorsOf(sender)).toContain('rotateDueAccounts');
  });

  test('a drive that comes later is linked to the start of its rotation', async () => {
    const accountId = world.addAccount({ tags: OPTED_IN });
    world.azure.faults.add({ operation: 'publish', status: 503, times: 4 });

    await app.invoke('rotateDueAccounts');
    const drives = () =>
      receiver
        .spans()
        .filter(
          ({ name, attributes }) =>
            name === 'drive rotation' && attributes['maps_key_rotation.account_id'] === accountId,
        );
    await until(
      'it is told of',
      () => drives().length > 1 && drives().at(-1)?.attributes['maps_key_rotation.state'] === 'completed',
      40,
    );

    const [event] = events(world, accountId);
    const [first, ...later] = drives();
    const started = spanOf(event?.traceparent);
    expect(first?.traceId).toBe(started?.traceId);
    expect(first?.links).toEqual([]);
    for (const drive of later) {
      expect(drive.traceId).not.toBe(first?.traceId);
      expect(drive.links).toEqual([
        expect.objectContaining({ traceId: started?.traceId, spanId: started?.spanId }),
      ]);
    }
  });
});

test('SEC-03: no key, function key, token or query is in anything that was sent', () => {
  const { everyKey, identityHeader } = world.azure;
  const [, storageKey = 'none'] = /AccountKey=([^;]+)/.exec(world.connectionString) ?? [];
  const secrets = [...everyKey, app.functionKey, app.masterKey, storageKey, identityHeader];

  expect(receiver.payloads.length).toBeGreaterThan(5);
  expect(everyKey.size).toBeGreaterThan(7);
  expect(storageKey).not.toBe('none');
  for (const payload of receiver.payloads) {
    expect(secrets.filter((secret) => payload.includes(secret))).toEqual([]);
    expect(payload).not.toMatch(/Bearer|eyJ[\w-]+\.|api-version|[?&]sig=/);
  }
});
