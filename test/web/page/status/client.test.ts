import { describe, expect, test } from 'vitest';
import type { Fleet } from '../../../../src/web/page/fleet/load-fleet.ts';
import { createFleetLoader } from '../../../../src/web/page/fleet/load-fleet.ts';
import { ownAddress, readKey } from '../../../../src/web/page/sign-in/credentials.ts';
import { skipTokenOf } from '../../../../src/web/page/status/api.ts';
import { accountId, planRow } from '../support/fleet.ts';
import { atOnce, json, refused, scripted } from '../support/scripted-api.ts';

describe('the function key', () => {
  test.each([
    ['https://a.example/api/status#code=k%2B1', '/api/status'],
    ['https://a.example/api/status?code=k%2B1&x=1', '/api/status?x=1'],
    ['https://a.example/api/status?code=a#code=b', '/api/status'],
    ['https://a.example/api/status?x=1&CODE=a', '/api/status?x=1'],
    ['https://a.example/api/status#/?code=a', '/api/status'],
    ['https://a.example/api/status#x-functions-key=a', '/api/status'],
    ['https://a.example/api/status#history=%2Fsub&code=a', '/api/status#history=%2Fsub'],
  ])('is seen and taken out of %s', (href, rest) => {
    expect(ownAddress(href)).toEqual({ hasKey: true, rest });
  });

  test.each([
    ['https://a.example/api/status#history=%2Fsub%26code', '/api/status#history=%2Fsub%26code'],
    ['https://a.example/api/status?code=', '/api/status'],
    ['https://a.example/api/status', '/api/status'],
  ])('is not in %s', (href, rest) => {
    expect(ownAddress(href)).toEqual({ hasKey: false, rest });
  });

  test.each(['aB3_-==', ' aB3_-==\n', '"aB3_-=="', "\t'aB3_-=='", '“aB3_-==”', '\uFEFF" aB3_-== "'])(
    'is read as it is pasted: %j',
    (text) => {
      expect(readKey(text)).toBe('aB3_-==');
    },
  );

  test.each(['', ' ', '""', 'two words', 'two\nlines', 'schlüssel'])('is not read from %j', (text) => {
    expect(readKey(text)).toBeUndefined();
  });

  test('goes into the header and into no address', async () => {
    const { api, sent } = scripted(json({ value: [] }));
    await api.plan();

    expect(sent).toEqual([
      expect.objectContaining({
        path: '/api/rotations/plan',
        headers: expect.objectContaining({ 'x-functions-key': 'the-key' }),
      }),
    ]);
    expect(sent[0]?.path).not.toContain('the-key');
  });
});

describe('failures', () => {
  test.each<[string, Response | Error, object]>([
    [
      'of the app',
      refused(403, 'MissingAppRole', { 'retry-after': '7', 'x-ms-rotation-id': 'r' }),
      { status: 403, code: 'MissingAppRole', message: 'Why.', rotationId: 'r', retryAfterSeconds: 7 },
    ],
    [
      'of the host, without a body',
      new Response(null, { status: 401 }),
      { status: 401, code: 'Unauthorized' },
    ],
    ['of a proxy', new Response('<html>', { status: 502 }), { status: 502, code: 'Http502' }],
    ['with a body of another form', json({ error: { code: 5 } }, 500), { status: 500, code: 'Http500' }],
    ['where no answer came', new Error('offline'), { status: 0, code: 'NoAnswer' }],
  ])('%s', async (_name, answer, failure) => {
    const { api } = scripted(answer);

    expect(await api.plan()).toMatchObject({ kind: 'failed', failure });
  });
});

test('of a next link only the place counts, whatever host it names', () => {
  expect(skipTokenOf('http://inside:8080/api/rotations/plan?skipToken=WzAs')).toBe('WzAs');
  expect(skipTokenOf('/api/rotations?top=5')).toBeUndefined();
  expect(skipTokenOf(undefined)).toBeUndefined();
});

describe('the fleet', () => {
  const page = (names: string[], next?: string) =>
    json({
      value: names.map((name) => planRow(name)),
      ...(next && { nextLink: `http://x/?skipToken=${next}` }),
    });
  function load(...answers: (Response | Error)[]) {
    const { api, sent } = scripted(...answers);
    const shown: Fleet[] = [];
    const loader = createFleetLoader({ api, show: (fleet) => shown.push(fleet), sleep: atOnce });
    return { loader, shown, sent };
  }
  const names = (fleet: Fleet | undefined) => fleet?.rows.map(({ name }) => name);

  test('is read page by page, and the first page shows at once', async () => {
    const { loader, shown, sent } = load(page(['a'], '1'), page(['b'], '2'), page(['c', 'b']));
    await loader.load();

    expect(names(shown[0])).toEqual(['a']);
    expect(names(shown.at(-1))).toEqual(['a', 'b', 'c']);
    expect(shown.map(({ phase }) => phase)).toEqual(['loading', 'complete']);
    expect(sent.map(({ path }) => path.split('=')[1])).toEqual([undefined, '1', '2']);
  });

  test('what passes is tried again, and what does not stops it where it was', async () => {
    const { loader, shown } = load(
      page(['a'], '1'),
      refused(429, 'TooManyRequests', { 'retry-after': '1' }),
      new Error(),
      refused(500, 'InternalError'),
      page(['b']),
    );
    await loader.load();
    expect(shown.at(-1)).toMatchObject({ phase: 'stopped', failure: { code: 'InternalError' } });

    await loader.load();
    expect(shown.at(-1)?.phase).toBe('complete');
    expect(names(shown.at(-1))).toEqual(['a', 'b']);
  });

  test('one account’s page can be read anew', async () => {
    const { loader, shown, sent } = load(page(['a'], '1'), page(['b']), page(['b', 'new']));
    await loader.load();
    await loader.reload(accountId('b').toLowerCase());

    expect(sent.at(-1)?.path).toBe('/api/rotations/plan?skipToken=1');
    expect(names(shown.at(-1))).toEqual(['a', 'b', 'new']);
  });
});

test('the app’s clock counts, not this machine’s', async () => {
  const { api } = scripted(json({ value: [] }, 200, { date: 'Wed, 25 Nov 2026 03:00:00 GMT' }));
  await api.plan();

  expect(api.now()).toBe(Date.parse('2026-11-25T03:00:00Z'));
});
