import { describe, expect, test } from 'vitest';
import { createApi } from '../../../../src/web/page/status/api.ts';
import type { Status } from '../../../../src/web/page/status/status-store.ts';
import { createStatusStore } from '../../../../src/web/page/status/status-store.ts';
import type { RotationRow } from '../../../../src/web/page/status/wire.ts';
import { accountId, planRow, rotation } from '../support/fleet.ts';
import { atOnce, json, refused } from '../support/scripted-api.ts';

/** The app's routes, by path and query. */
function stand(routes: Record<string, () => Response>) {
  const asked: string[] = [];
  const send = async (path: string) => {
    asked.push(path);
    return (routes[path] ?? (() => refused(404, 'NotThere')))();
  };
  let status: Status | undefined;
  const store = createStatusStore(
    createApi(send, undefined, () => 0),
    (next) => (status = next),
    atOnce,
  );
  return { store, asked, status: () => status };
}

const list = (value: readonly RotationRow[], next?: string) => () =>
  json({ value, ...(next && { nextLink: `http://x/?skipToken=${next}` }) });
const inFlight = rotation('a', 1000, { state: 'started' });
const old = rotation('b', 500, { state: 'failed' });
const older = rotation('c', 100);
const ROUTES = {
  '/api/health': () => json({ status: 'unhealthy' }, 503),
  '/api/rotations/plan': () => json({ value: [planRow('a')] }),
  '/api/rotations': list([inFlight], 'next'),
  '/api/rotations?state=failed&top=200': list([old]),
  '/api/rotations?skipToken=next': list([older]),
};
const states = (status: Status | undefined) =>
  status?.rotations.map(({ accountId: id, state }) => `${id.split('/').at(-1)} ${state}`);

describe('the status', () => {
  test('is read from all routes at once, failures however old', async () => {
    const { store, status } = stand(ROUTES);
    await store.load();

    expect(status()).toMatchObject({
      fleet: { phase: 'complete' },
      health: { status: 'unhealthy' },
      older: 'next',
    });
    expect(states(status())).toEqual(['a started', 'b failed']);
  });

  test('gets older rotations on demand, until there are none', async () => {
    const { store, status } = stand(ROUTES);
    await store.load();
    await store.loadOlder();

    expect(states(status())).toEqual(['a started', 'b failed', 'c completed']);
    expect(status()?.older).toBeUndefined();
  });

  test('follows what is in flight by its id, and keeps the place of older ones', async () => {
    const done = { ...inFlight, state: 'completed' as const };
    const lists = [list([inFlight], 'next'), list([rotation('d', 2000)], 'd')];
    const { store, status, asked } = stand({
      ...ROUTES,
      '/api/rotations': () => (lists.shift() ?? list([]))(),
      [`/api/rotations/${inFlight.rotationId}`]: () => json(done),
    });
    await store.load();
    await store.refreshRotations();

    expect(states(status())).toEqual(['d completed', 'a completed', 'b failed']);
    // What became of its account is read again.
    expect(asked.filter((path) => path === '/api/rotations/plan')).toHaveLength(2);
    expect(status()?.older).toBe('next');
  });

  test('shows what an account’s rotation changed', async () => {
    const query = new URLSearchParams({ accountId: accountId('a'), top: '1' });
    const fresh = rotation('a', 3000);
    const { store, status, asked } = stand({ ...ROUTES, [`/api/rotations?${query}`]: list([fresh]) });
    await store.load();
    await store.refreshAccount(accountId('a'));

    expect(status()?.rotations[0]).toEqual(fresh);
    expect(asked.filter((path) => path === '/api/rotations/plan')).toHaveLength(2);
  });

  test('looks for failures page by page, also past those that have none', async () => {
    const oldest = rotation('z', 10, { state: 'failed' });
    const { store, status } = stand({
      ...ROUTES,
      '/api/rotations?state=failed&top=200': list([], 'p2'),
      '/api/rotations?state=failed&top=200&skipToken=p2': list([oldest]),
    });
    await store.load();

    expect(states(status())).toEqual(['a started', 'z failed']);
    expect(status()?.failures).toBe('known');
  });

  test('does not take failures that can’t be read for none', async () => {
    const { store, status } = stand({
      ...ROUTES,
      '/api/rotations?state=failed&top=200': () => refused(503, 'StorageUnavailable'),
    });
    await store.load();

    expect(status()).toMatchObject({ fleet: { phase: 'complete' }, failures: 'unknown' });
  });

  test('goes on where rotations can’t be read, and says why', async () => {
    const { store, status } = stand({ ...ROUTES, '/api/rotations': () => refused(500, 'InternalError') });
    await store.load();

    expect(status()).toMatchObject({
      fleet: { phase: 'complete' },
      rotationsFailure: { code: 'InternalError' },
    });
  });

  test('changes no more once it is stopped', async () => {
    const { store, status } = stand(ROUTES);
    store.stop();
    await store.load();

    expect(status()).toBeUndefined();
  });
});
