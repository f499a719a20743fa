import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FAST_APP } from '../support/global-setup.ts';
import { errorOf, json, regenerate, type Stage, startStage } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await startStage({ appDirectory: FAST_APP });
});
afterAll(() => stage?.close());

const repeatable = (id: string = randomUUID(), sent = new Date()) => ({
  'repeatability-request-id': id,
  'repeatability-first-sent': sent.toUTCString(),
});
const LONG_DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** `Sunday, 06-Nov-94 08:49:37 GMT` */
function rfc850(date: Date): string {
  const [, day, month, year = '', time] = date.toUTCString().split(/,? /);
  return `${LONG_DAYS[date.getUTCDay()]}, ${day}-${month}-${year.slice(2)} ${time} GMT`;
}

/** `Sun Nov  6 08:49:37 1994` */
function asctime(date: Date): string {
  const [weekday, day, month, year, time] = date.toUTCString().split(/,? /);
  return `${weekday} ${month} ${String(Number(day)).padStart(2)} ${time} ${year}`;
}

const ofClient = (id: string = randomUUID()) => ({ 'x-ms-client-request-id': id });

const regenerationsOf = (id: string) =>
  stage.azure.regenerations.filter((regeneration) => regeneration.accountId === id);
const rotationOf = (response: Response) => response.headers.get('x-ms-rotation-id');

describe('Repeatability-Request-ID', () => {
  test('the same request twice regenerates once, and gets the same keys', async () => {
    const id = stage.add('twice');
    const headers = repeatable();

    const first = await regenerate(stage.app, id, 'primary', headers);
    const second = await regenerate(stage.app, id, 'primary', headers);

    expect([first.status, second.status]).toStrictEqual([200, 200]);
    expect(await second.json()).toStrictEqual(await first.json());
    expect(rotationOf(second)).toBe(rotationOf(first));
    expect(first.headers.get('repeatability-result')).toBe('accepted');
    expect(second.headers.get('repeatability-result')).toBe('accepted');
    expect(regenerationsOf(id)).toHaveLength(1);
    expect(stage.azure.events.filter(({ source }) => source === id)).toHaveLength(1);
  });

  test('five at once regenerate once, and all get the same keys', async () => {
    const id = stage.add('at-once');
    const headers = repeatable();

    const responses = await Promise.all(
      Array.from({ length: 5 }, () => regenerate(stage.app, id, 'secondary', headers)),
    );

    const keys = await Promise.all(responses.map((response) => response.json()));
    expect(responses.map(({ status }) => status)).toStrictEqual([200, 200, 200, 200, 200]);
    expect(keys).toStrictEqual(Array(5).fill(stage.azure.accounts.keys(id)));
    expect(new Set(responses.map(rotationOf)).size).toBe(1);
    expect(regenerationsOf(id)).toHaveLength(1);
  });

  test('ids are the same in any case', async () => {
    const id = stage.add('case');
    const guid = randomUUID();

    const first = await regenerate(stage.app, id, 'primary', repeatable(guid));
    const second = await regenerate(stage.app, id, 'primary', repeatable(guid.toUpperCase()));

    expect(rotationOf(second)).toBe(rotationOf(first));
    expect(regenerationsOf(id)).toHaveLength(1);
  });

  test('a repeated request answers with the keys of now', async () => {
    const id = stage.add('of-now');
    const headers = repeatable();
    await regenerate(stage.app, id, 'primary', headers);
    stage.azure.accounts.regenerate(id, 'secondary');

    const second = await regenerate(stage.app, id, 'primary', headers);

    expect(await second.json()).toStrictEqual(stage.azure.accounts.keys(id));
  });

  test('the same id for the other key is rejected', async () => {
    const id = stage.add('other-key');
    const headers = repeatable();
    await regenerate(stage.app, id, 'primary', headers);

    const second = await regenerate(stage.app, id, 'secondary', headers);

    expect(second.status).toBe(412);
    expect(second.headers.get('repeatability-result')).toBe('rejected');
    expect(await errorOf(second)).toMatchObject({
      code: 'RepeatabilityRequestIdReused',
      target: 'Repeatability-Request-ID',
      message: expect.stringContaining('new id'),
    });
    expect(regenerationsOf(id)).toHaveLength(1);
  });

  test('one that failed without regenerating is tried anew', async () => {
    const id = stage.add('anew');
    const headers = repeatable();
    stage.azure.faults.add({ operation: 'regenerateKey', account: id, status: 403 });

    const first = await regenerate(stage.app, id, 'primary', headers);
    const second = await regenerate(stage.app, id, 'primary', headers);
    const third = await regenerate(stage.app, id, 'primary', headers);

    expect([first.status, second.status, third.status]).toStrictEqual([403, 200, 200]);
    for (const response of [first, second, third]) {
      expect(response.headers.get('repeatability-result')).toBe('accepted');
    }
    expect(rotationOf(second)).not.toBe(rotationOf(first));
    expect(rotationOf(third)).toBe(rotationOf(second));
    expect(regenerationsOf(id)).toHaveLength(1);
  });

  test('one that failed before it began is tried anew', async () => {
    const id = stage.add('not-begun');
    const headers = repeatable();
    stage.azure.faults.add({ operation: 'listKeys', account: id, status: 403 });

    const first = await regenerate(stage.app, id, 'primary', headers);
    const second = await regenerate(stage.app, id, 'primary', headers);

    expect([first.status, second.status]).toStrictEqual([403, 200]);
    expect(first.headers.get('repeatability-result')).toBe('accepted');
    expect(regenerationsOf(id)).toHaveLength(1);
  });

  test('HTTP-04: a caller whose connection broke gets its keys by the same id, and nothing is regenerated again', async () => {
    const id = stage.add('broken');
    const headers = repeatable();
    stage.azure.faults.add({ operation: 'regenerateKey', account: id, delayMs: 1000, carryOut: true });
    const gone = new AbortController();
    const first = stage.app
      .fetch(`/api${id}/regenerateKey`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: '{"keyType":"primary"}',
        signal: gone.signal,
      })
      .catch(() => 'aborted');
    await expect.poll(() => regenerationsOf(id).length).toBe(1);
    gone.abort();

    const second = await regenerate(stage.app, id, 'primary', headers);

    expect(await first).toBe('aborted');
    expect(second.status).toBe(200);
    expect(await second.json()).toStrictEqual(stage.azure.accounts.keys(id));
    expect(regenerationsOf(id)).toHaveLength(1);
  });

  test('another id is another request', async () => {
    const id = stage.add('another-id');

    await regenerate(stage.app, id, 'primary', repeatable());
    await regenerate(stage.app, id, 'primary', repeatable());

    expect(regenerationsOf(id)).toHaveLength(2);
  });

  test('the same id for another account is another request', async () => {
    const [one, two] = [stage.add('id-one'), stage.add('id-two')];
    const headers = repeatable();

    const responses = await Promise.all(
      [one, two].map((id) => regenerate(stage.app, id, 'primary', headers)),
    );

    expect(responses.map(({ status }) => status)).toStrictEqual([200, 200]);
    expect([one, two].map((id) => regenerationsOf(id).length)).toStrictEqual([1, 1]);
  });

  test.each([
    ['rotate', 'outside of the window', repeatable(randomUUID(), new Date(Date.now() - 25 * 3_600_000)), 412],
    ['regenerateKey', 'to come', repeatable(randomUUID(), new Date(Date.now() + 3_600_000)), 400],
  ])('%s: a Repeatability-First-Sent %s is rejected', async (operation, _when, headers, status) => {
    const id = stage.add(`untimely-${status}`, { tags: { 'key-rotation': 'enabled' } });

    const response = await stage.app.fetch(`/api${id}/${operation}`, json({ keyType: 'primary' }, headers));

    expect(response.status).toBe(status);
    expect(response.headers.get('repeatability-result')).toBe('rejected');
    expect(regenerationsOf(id)).toStrictEqual([]);
  });

  test('a doubt is accepted: the same id asks for its end', async () => {
    const id = stage.add('in-doubt');
    const { faults } = stage.azure;
    faults.add({ operation: 'regenerateKey', account: id, drop: 'after' });
    faults.add({ operation: 'listKeys', account: id, delayMs: 0, times: 1 });
    const takeBack = faults.add({ operation: 'listKeys', account: id, status: 503, times: Infinity });

    const response = await regenerate(stage.app, id, 'primary', repeatable());
    takeBack();

    expect(await errorOf(response)).toMatchObject({ code: 'OutcomeUnknown' });
    expect(response.headers.get('repeatability-result')).toBe('accepted');
  });

  test.each([
    ['of RFC 850', (date: Date) => rfc850(date)],
    ['of asctime', (date: Date) => asctime(date)],
  ])('the obsolete HTTP date %s is one', async (form, write) => {
    const id = stage.add(`dated-${form.replaceAll(' ', '-')}`);
    const headers = {
      'repeatability-request-id': randomUUID(),
      'repeatability-first-sent': write(new Date()),
    };

    const responses = [
      await regenerate(stage.app, id, 'primary', headers),
      await regenerate(stage.app, id, 'primary', headers),
    ];

    expect(responses.map(({ status }) => status)).toStrictEqual([200, 200]);
    expect(regenerationsOf(id)).toHaveLength(1);
  });

  test('a request first sent 23 hours ago is still taken', async () => {
    const id = stage.add('yesterday');

    const response = await regenerate(
      stage.app,
      id,
      'primary',
      repeatable(randomUUID(), new Date(Date.now() - 23 * 3_600_000)),
    );

    expect(response.headers.get('repeatability-result')).toBe('accepted');
  });
});

describe('x-ms-client-request-id', () => {
  test('the same one for the same key joins, in any case', async () => {
    const id = stage.add('client-same');
    const guid = randomUUID();

    const first = await regenerate(stage.app, id, 'primary', ofClient(guid));
    const second = await regenerate(stage.app, id, 'primary', ofClient(guid.toUpperCase()));

    expect(await second.json()).toStrictEqual(await first.json());
    expect(rotationOf(second)).toBe(rotationOf(first));
    expect(second.headers.get('repeatability-result')).toBeNull();
    expect(regenerationsOf(id)).toHaveLength(1);
  });

  test('is in each line of the log, and in the answer where it is asked for', async () => {
    const id = stage.add('client-logged');
    const guid = randomUUID();
    const asking = { ...ofClient(guid), 'x-ms-return-client-request-id': 'true' };
    const before = stage.app.log.length;

    const asked = await regenerate(stage.app, id, 'primary', asking);
    const refused = await regenerate(stage.app, id, 'other' as 'primary', asking);
    const unasked = await regenerate(stage.app, id, 'primary', ofClient(guid));

    const echoes = [asked, refused, unasked].map(({ headers }) => headers.get('x-ms-client-request-id'));
    expect(echoes).toStrictEqual([guid, guid, null]);
    const lines = stage.app.log.slice(before).map(({ message }) => message);
    const own = lines.filter((line) => line.includes('"The rotation started"') && line.includes(id));
    expect(own).toHaveLength(1);
    expect(JSON.parse(own[0] ?? '')).toMatchObject({ clientRequestId: guid });
  });

  test('what is no GUID is neither logged nor echoed', async () => {
    const id = stage.add('client-free-text');
    const headers = { ...ofClient('s3cret-of-somebody'), 'x-ms-return-client-request-id': 'true' };

    const response = await regenerate(stage.app, id, 'primary', headers);

    expect(response.status).toBe(200);
    expect(response.headers.get('x-ms-client-request-id')).toBeNull();
    expect(JSON.stringify(stage.app.log)).not.toContain('s3cret');
  });

  test('the same one for the other key is another request, and each key joins its own', async () => {
    const id = stage.add('client-other');
    const headers = ofClient();

    const responses = [];
    for (const keyType of ['primary', 'secondary', 'primary', 'secondary'] as const) {
      responses.push(await regenerate(stage.app, id, keyType, headers));
    }

    expect(responses.map(({ status }) => status)).toStrictEqual([200, 200, 200, 200]);
    expect(regenerationsOf(id).map(({ keyType }) => keyType)).toStrictEqual(['primary', 'secondary']);
  });

  test.each([
    ['the nil GUID', '00000000-0000-0000-0000-000000000000'],
    ['no GUID', 'nightly-job'],
  ])('%s never joins', async (_name, clientId) => {
    const id = stage.add(`client-${clientId}`);

    const responses = [
      await regenerate(stage.app, id, 'primary', ofClient(clientId)),
      await regenerate(stage.app, id, 'primary', ofClient(clientId)),
    ];

    expect(responses.map(({ status }) => status)).toStrictEqual([200, 200]);
    expect(regenerationsOf(id)).toHaveLength(2);
  });

  test('HTTP-06: the same one for rotate joins, whichever key the policy would choose by then', async () => {
    const id = stage.add('client-rotate', { tags: { 'key-rotation': 'enabled' } });
    const rotate = (headers: Record<string, string>) =>
      stage.app.fetch(`/api${id}/rotate?force=true`, { method: 'POST', headers });
    const headers = ofClient();

    const responses = [await rotate(headers), await rotate(headers), await rotate(ofClient())];

    expect(responses.map(({ status }) => status)).toStrictEqual([200, 200, 200]);
    const [first, second, third] = responses.map(rotationOf);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
    expect(regenerationsOf(id)).toHaveLength(2);
  });

  test('does not bind: a Repeatability-Request-ID beside it decides where it is known', async () => {
    const id = stage.add('client-both');
    const guid = randomUUID();
    await regenerate(stage.app, id, 'primary', { ...ofClient(), ...repeatable(guid) });

    const again = await regenerate(stage.app, id, 'primary', { ...ofClient(), ...repeatable(guid) });

    expect(again.status).toBe(200);
    expect(regenerationsOf(id)).toHaveLength(1);
  });
});

test('a second regeneration beside a running one is told to wait', async () => {
  const id = stage.add('busy');
  stage.azure.faults.add({ operation: 'regenerateKey', account: id, delayMs: 800 });
  const first = regenerate(stage.app, id, 'primary', repeatable());
  await expect
    .poll(() =>
      stage.azure.calls.some((call) => call.operation === 'regenerateKey' && call.account === 'busy'),
    )
    .toBe(true);

  const second = await regenerate(stage.app, id, 'secondary', repeatable());

  const running = rotationOf(await first);
  expect(second.status).toBe(409);
  expect(Number(second.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  expect(rotationOf(second)).toBe(running);
  expect(second.headers.get('repeatability-result')).toBe('accepted');
  expect(await errorOf(second)).toMatchObject({
    code: 'RotationInProgress',
    message: expect.stringContaining(running ?? ''),
  });
  expect(regenerationsOf(id)).toHaveLength(1);
});
