import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningHost, startHost } from '../harness.ts';

let host: RunningHost;

beforeAll(async () => {
  host = await startHost(['--function-key', 'my-function-key', '--master-key', 'my-master-key']);
}, 30_000);
afterAll(() => host?.stop());

const event = (id: string, data: object = {}) => ({
  ...{ specversion: '1.0', id, source: '/here', type: 'Tested', subject: 's' },
  ...{ time: '2026-11-25T16:31:22.3180000Z', data },
});

interface Sent {
  readonly name?: string;
  readonly code?: string;
  readonly kind?: string;
  readonly headers?: Record<string, string>;
}

function post(body: unknown, { name = 'onEvent', code, kind = 'Notification', headers }: Sent = {}) {
  const query = new URLSearchParams({ functionName: name, code: code ?? host.keys.eventGrid });
  return host.get(`/runtime/webhooks/EventGrid?${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents+json', 'aeg-event-type': kind, ...headers },
    body: JSON.stringify(body),
  });
}

const seen = async (id: string) => {
  const { events } = (await (await host.get('/api/seenEvents')).json()) as { events: { id: string }[] };
  return events.filter((found) => found.id === id);
};

describe('a function with an Event Grid trigger', () => {
  it('is listed', () => {
    expect(host.functions).toContainEqual({ name: 'onEvent', trigger: 'eventGrid', disabled: false });
  });

  it('gets the event as it was delivered, times as text', async () => {
    const answer = await post(event('one', { when: '2026-11-25T16:31:22.3184321Z' }));

    expect(answer.status).toBe(202);
    expect(await seen('one')).toStrictEqual([event('one', { when: '2026-11-25T16:31:22.3184321Z' })]);
  });

  it('gets each event of a batch', async () => {
    const answer = await post([event('two'), event('three')]);

    expect(answer.status).toBe(202);
    expect([...(await seen('two')), ...(await seen('three'))]).toHaveLength(2);
  });

  it('has the delivery answered with 500 where it fails, so that it is sent again', async () => {
    const answer = await post([event('four'), event('five', { fails: true })]);

    expect(answer.status).toBe(500);
    expect(await answer.text()).toBe('Exception while executing function: Functions.onEvent');
  });

  it('runs by hand with an event as its input', async () => {
    const input = JSON.stringify(event('by hand'));

    const answer = await host.admin('/admin/functions/onEvent?wait=true', {
      method: 'POST',
      body: JSON.stringify({ input }),
    });

    expect(answer.status).toBe(200);
    expect(await seen('by hand')).toHaveLength(1);
  });
});

describe('the webhook', () => {
  it.each([
    ['the master key', 'my-master-key', 202],
    ['a function key', 'my-function-key', 403],
    ['a wrong key', 'wrong', 401],
    ['no key', '', 401],
  ])('answers %s', async (_what, code, status) => {
    const answer = await post(event('keys'), { code });

    expect(answer.status).toBe(status);
  });

  it('takes its key in the header, too', async () => {
    const answer = await post(event('keys'), {
      code: '',
      headers: { 'x-functions-key': host.keys.eventGrid },
    });

    expect(answer.status).toBe(202);
  });

  it.each(['none', 'onevent', 'seenEvents', ''])('knows no Event Grid function %j', async (name) => {
    const answer = await post(event('lost'), { name });

    expect(answer.status).toBe(404);
    expect(await answer.text()).toBe(`cannot find function: '${name}'`);
  });

  it.each([
    ['eventgrid.azure.net', 'eventgrid.azure.net'],
    ['eventgrid.azure.us', 'eventgrid.azure.us'],
    ['evil.example', 'eventgrid.azure.net'],
  ])("agrees to CloudEvents' handshake of %s", async (origin, allowed) => {
    const query = new URLSearchParams({ functionName: 'onEvent', code: host.keys.eventGrid });

    const answer = await host.get(`/runtime/webhooks/EventGrid?${query}`, {
      method: 'OPTIONS',
      headers: { 'WebHook-Request-Origin': origin },
    });

    expect(answer.status).toBe(200);
    expect(answer.headers.get('webhook-allowed-origin')).toBe(allowed);
  });

  it.each([
    ['an array of one', [{ data: { validationCode: 'code-1' } }]],
    ['a CloudEvent', { data: JSON.stringify({ validationCode: 'code-1' }) }],
  ])("gives Event Grid's own handshake its code back: %s", async (_what, body) => {
    const answer = await post(body, { kind: 'SubscriptionValidation' });

    expect(answer.status).toBe(200);
    expect(await answer.json()).toStrictEqual({ validationResponse: 'code-1' });
  });

  it('takes note of the end of a subscription, and knows no other kind of request', async () => {
    const statuses = [await post({}, { kind: 'Unsubscribe' }), await post({}, { kind: 'Other' })];

    expect(statuses.map(({ status }) => status)).toStrictEqual([202, 400]);
  });
});
