import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorOf, raw, regenerate, type Stage, SUBSCRIPTION, startStage } from './stage.ts';

interface RotationBody {
  readonly rotationId: string;
  readonly accountId: string;
  readonly state: string;
}

interface Page {
  readonly value: readonly RotationBody[];
  readonly nextLink?: string;
}

const UNKNOWN = '0199c0de-0000-7000-8000-000000000000';

let stage: Stage;
let busyAccount: string;
let failedAccount: string;
/** Newest first. */
const made: string[] = [];

beforeAll(async () => {
  stage = await startStage();
  busyAccount = stage.add('Listed-Often');
  failedAccount = stage.add('listed-failed');
  const make = async (id: string) => {
    const response = await regenerate(stage.app, id);
    made.unshift(response.headers.get('x-ms-rotation-id') ?? '');
  };
  for (let i = 0; i < 5; i++) await make(busyAccount);
  stage.azure.faults.add({ operation: 'regenerateKey', account: failedAccount, status: 403 });
  await make(failedAccount);
  await make(failedAccount);
});
afterAll(() => stage?.close());

const list = async (query: string) => {
  const response = await stage.app.fetch(`/api/rotations${query}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Page;
};
const idsOf = ({ value }: Page) => value.map(({ rotationId }) => rotationId);

describe('getRotation', () => {
  test('tells a rotation that went well, and no key', async () => {
    const [rotationId = ''] = made;

    const response = await stage.app.fetch(`/api/rotations/${rotationId.toUpperCase()}`);

    const { secondaryKeyLastUpdated, primaryKeyLastUpdated } = stage.azure.accounts.keys(failedAccount);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-ms-rotation-id')).toBe(rotationId);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toStrictEqual({
      rotationId,
      accountId: failedAccount,
      keyType: 'primary',
      state: 'completed',
      trigger: 'http',
      reason: 'requested',
      attempt: 0,
      updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      keyLastUpdated: primaryKeyLastUpdated,
      otherKeyLastUpdated: secondaryKeyLastUpdated,
      verified: true,
    });
  });

  test('tells why a rotation failed', async () => {
    const response = await stage.app.fetch(`/api/rotations/${made[1]}`);

    expect(await response.json()).toMatchObject({
      state: 'failed',
      error: { code: 'AuthorizationFailed', message: expect.stringContaining('regenerateKey/action') },
    });
  });

  test.each([
    ['one that is not there', UNKNOWN, 404, 'RotationNotFound'],
    ['no UUID', 'latest', 400, 'InvalidParameter'],
    ['a row key', 'rotation-%27%20or%20true', 400, 'InvalidParameter'],
    ['a slash', `${UNKNOWN}%2F..`, 400, 'InvalidParameter'],
  ])('%s', async (_name, id, status, code) => {
    const answer = await raw(stage.app.url, {
      method: 'GET',
      path: `/api/rotations/${id}`,
      headers: { 'x-functions-key': stage.app.functionKey },
    });

    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toMatchObject({ error: { code, target: 'rotationId' } });
  });

  test('an unknown query parameter is refused', async () => {
    const response = await stage.app.fetch(`/api/rotations/${made[0]}?expand=keys`);

    expect(response.status).toBe(400);
    expect(await errorOf(response)).toMatchObject({ code: 'InvalidQueryParameter', target: 'expand' });
  });
});

describe('listRotations', () => {
  test('gives all, newest first', async () => {
    const page = await list('');

    expect(idsOf(page)).toStrictEqual(made);
    expect(page).not.toHaveProperty('nextLink');
  });

  test('SEC-03: pages follow nextLink to the end, and no nextLink carries the function key', async () => {
    const seen: string[] = [];
    const links: string[] = [];
    let url = `${stage.app.url}/api/rotations?api-version=2023-06-01&top=2&Code=${stage.app.functionKey}`;
    for (;;) {
      const response = await fetch(url, { headers: { 'x-functions-key': stage.app.functionKey } });
      const page = (await response.json()) as Page;
      seen.push(...idsOf(page));
      if (page.nextLink === undefined) break;
      links.push(page.nextLink);
      url = page.nextLink;
    }

    expect(seen).toStrictEqual(made);
    expect(links).toHaveLength(3);
    for (const link of links) {
      expect(link).not.toContain(stage.app.functionKey);
      expect(Object.fromEntries(new URL(link).searchParams)).toStrictEqual({
        'api-version': '2023-06-01',
        top: '2',
        skipToken: expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
    }
  });

  test('filters by account, in any case of its id, over all pages', async () => {
    const shouted = encodeURIComponent(`${busyAccount.toUpperCase()}/`);

    const first = await list(`?accountId=${shouted}&top=4`);
    const rest = await list(new URL(first.nextLink ?? '').search);

    expect([...idsOf(first), ...idsOf(rest)]).toStrictEqual(made.slice(2));
    expect(rest).not.toHaveProperty('nextLink');
  });

  test('filters by state, and by both', async () => {
    const failed = await list('?state=failed');
    const completed = await list('?state=completed&top=3');
    const both = await list(`?state=completed&accountId=${encodeURIComponent(failedAccount)}`);

    expect(idsOf(failed)).toStrictEqual([made[1]]);
    expect(idsOf(completed)).toStrictEqual([made[0], made[2], made[3]]);
    expect(completed.nextLink).toBeDefined();
    expect(idsOf(both)).toStrictEqual([made[0]]);
  });

  test('gives an empty page for an account without rotations', async () => {
    const page = await list(`?accountId=${encodeURIComponent(stage.add('listed-never'))}`);

    expect(page).toStrictEqual({ value: [] });
  });

  test.each(['1', '200'])('takes top=%s', async (top) => {
    const page = await list(`?top=${top}`);

    expect(page.value.length).toBe(Math.min(Number(top), made.length));
  });

  test.each([
    ['top=0', 'top', 'from 1 to 200'],
    ['top=201', 'top', 'from 1 to 200'],
    ['top=', 'top', 'from 1 to 200'],
    ['top=2.5', 'top', 'from 1 to 200'],
    ['top=many', 'top', 'from 1 to 200'],
    ['top=-1', 'top', 'from 1 to 200'],
    ['state=done', 'state', 'started, regenerated'],
    ['state=', 'state', 'started, regenerated'],
    ['accountId=Maps1', 'accountId', 'ARM id of a Maps account'],
    [`accountId=/subscriptions/${SUBSCRIPTION}`, 'accountId', 'ARM id of a Maps account'],
    ['skipToken=abc', 'skipToken', 'nextLink'],
    ["skipToken=' or true", 'skipToken', 'nextLink'],
  ])('refuses %s', async (query, target, says) => {
    const response = await stage.app.fetch(`/api/rotations?${query}`);

    expect(response.status).toBe(400);
    expect(await errorOf(response)).toStrictEqual({
      code: 'InvalidParameter',
      target,
      message: expect.stringContaining(says),
    });
  });

  test.each(['$filter=true', 'top=1&top=2', 'TOP=1&top=2', 'force=true'])('refuses ?%s', async (query) => {
    const response = await stage.app.fetch(`/api/rotations?${query}`);

    expect(response.status).toBe(400);
    expect(await errorOf(response)).toMatchObject({ code: 'InvalidQueryParameter' });
  });
});

test('health is open, and says no more than that the app is well and its timers are not late', async () => {
  const response = await fetch(`${stage.app.url}/api/health`);

  expect(response.status).toBe(200);
  expect(await response.json()).toStrictEqual({
    status: 'healthy',
    timers: [
      { timer: 'rotateDueAccounts', late: false },
      { timer: 'reconcileRotations', late: false },
    ],
  });
  expect(response.headers.get('cache-control')).toBe('no-store');
});
