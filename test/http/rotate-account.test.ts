import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AccountSeed } from '../../tools/local-azure/local-azure.ts';
import { errorOf, regenerate, type Stage, startStage } from './stage.ts';

const DAY = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY);
const ENABLED = { 'key-rotation': 'enabled' };

let stage: Stage;

beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage?.close());

/** An account whose keys are both of one age. */
const aged = (name: string, days: number, seed: Partial<AccountSeed> = {}) =>
  stage.add(name, {
    tags: ENABLED,
    primaryKeyLastUpdated: daysAgo(days),
    secondaryKeyLastUpdated: daysAgo(days),
    ...seed,
  });

const rotate = (id: string, query = '') => stage.app.fetch(`/api${id}/rotate${query}`, { method: 'POST' });

const regenerationsOf = (id: string) =>
  stage.azure.regenerations.filter((regeneration) => regeneration.accountId === id);

test('answers with the rotation, as getRotation does, and with no key', async () => {
  const id = aged('shape', 100);

  const response = await rotate(id);

  const rotation = (await response.json()) as { rotationId: string };
  const found = await (await stage.app.fetch(`/api/rotations/${rotation.rotationId}`)).json();
  const keys = stage.azure.accounts.keys(id);
  expect(response.status).toBe(200);
  expect(response.headers.get('x-ms-rotation-id')).toBe(rotation.rotationId);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(rotation).toStrictEqual(found);
  expect(rotation).toStrictEqual({
    rotationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    accountId: id,
    keyType: 'secondary',
    state: 'completed',
    trigger: 'http',
    reason: 'requested',
    attempt: 0,
    updatedAt: expect.stringMatching(/^\d{4}-/),
    keyLastUpdated: keys.secondaryKeyLastUpdated,
    otherKeyLastUpdated: keys.primaryKeyLastUpdated,
    verified: true,
  });
  expect(regenerationsOf(id).map(({ keyType }) => keyType)).toStrictEqual(['secondary']);
});

describe('KEY-04: the policy blocks', () => {
  test('NotDue says from when on it is due', async () => {
    const id = aged('not-due', 10);

    const response = await rotate(id);

    expect(response.status).toBe(409);
    expect(await errorOf(response)).toStrictEqual({
      code: 'NotDue',
      target: 'force',
      message: expect.stringMatching(/not due before \d{4}-\d\d-\d\dT[\d:.]+Z\. .*force=true/),
    });
    expect(regenerationsOf(id)).toStrictEqual([]);
  });

  test('Overlap says when the other key may go, and force lifts it', async () => {
    const id = aged('overlap', 400);
    await rotate(id);

    const second = await rotate(id);
    const forced = await rotate(id, '?force=true');

    const error = await errorOf(second);
    const [, until = ''] = /allowed from (\S+) on/.exec(error.message) ?? [];
    const newest = stage.azure.events.find(({ source }) => source === id)?.time ?? '';
    expect(second.status).toBe(409);
    expect(error).toMatchObject({ code: 'Overlap' });
    expect(Date.parse(until) - Date.parse(String(newest))).toBeGreaterThanOrEqual(7 * DAY);
    expect(Date.parse(until) - Date.now()).toBeLessThan(7 * DAY + 60_000);
    expect(forced.status).toBe(200);
    expect(await forced.json()).toMatchObject({ keyType: 'primary' });
    expect(regenerationsOf(id).map(({ keyType }) => keyType)).toStrictEqual(['secondary', 'primary']);
  });

  test('Overlap counts from a regenerateKey too, and a regenerateKey is not blocked by it', async () => {
    const id = aged('order', 400);
    const ordered = await regenerate(stage.app, id, 'primary');

    const guarded = await rotate(id);
    const again = await regenerate(stage.app, id, 'secondary');

    expect([ordered.status, guarded.status, again.status]).toStrictEqual([200, 409, 200]);
    expect(regenerationsOf(id)).toHaveLength(2);
  });

  test('an event that is not yet accepted blocks, and force does not lift it', async () => {
    const id = aged('untold', 400);
    const forever = stage.azure.faults.add({ operation: 'publish', status: 403, times: Infinity });
    const first = await rotate(id);

    const second = await rotate(id, '?force=true');
    forever();

    expect(first.status).toBe(200);
    expect(second.status).toBe(409);
    expect(await errorOf(second)).toMatchObject({
      code: 'EventPending',
      message: expect.stringContaining(first.headers.get('x-ms-rotation-id') ?? '?'),
    });
    expect(regenerationsOf(id)).toHaveLength(1);
  });
});

describe('the policy skips, and force lifts none of it', () => {
  const odd = { primaryKeyLastUpdated: daysAgo(300), secondaryKeyLastUpdated: daysAgo(200) };
  test.each<[string, Partial<AccountSeed>, string]>([
    ['Disabled', { tags: {} }, 'tag key-rotation'],
    ['Disabled', { tags: { 'Key-Rotation': 'Disabled' } }, 'tag key-rotation'],
    ['LocalAuthDisabled', { disableLocalAuth: true }, 'disableLocalAuth'],
    ['NotProvisioned', { provisioningState: 'Deleting' }, 'Deleting'],
    ['InUseUnknown', odd, 'key-rotation-in-use'],
    ['Misconfigured', { tags: { ...ENABLED, 'key-rotation-max-age': '90' } }, 'key-rotation-max-age'],
    [
      'Misconfigured',
      { tags: { ...ENABLED, 'key-rotation-max-age': 'P200000000D' } },
      'key-rotation-max-age',
    ],
    ['Misconfigured', { tags: { 'key-rotation': 'yes' } }, "'enabled' or 'disabled'"],
  ])('%s', async (code, seed, says) => {
    const id = aged(`skip-${stage.azure.accounts.ids().length}`, 400, seed);

    const response = await rotate(id, '?force=true');

    expect(response.status).toBe(409);
    expect(await errorOf(response)).toMatchObject({ code, message: expect.stringContaining(says) });
    expect(regenerationsOf(id)).toStrictEqual([]);
  });

  test('ARM-14: nothing in an account that has failed, or is in a state that stays', async () => {
    const ids = ['Failed', 'Canceled'].map((provisioningState) =>
      aged(`state-${provisioningState}`, 400, { provisioningState }),
    );

    for (const id of ids) expect((await rotate(id)).status).toBe(200);

    const plan = await stage.app.fetch('/api/rotations/plan');
    const { value } = (await plan.json()) as { value: { accountId: string; provisioningState?: string }[] };
    const states = ids.map((id) => value.find(({ accountId }) => accountId === id)?.provisioningState);
    expect(states).toStrictEqual(['Failed', 'Canceled']);
    expect(ids.map((id) => regenerationsOf(id).length)).toStrictEqual([1, 1]);
  });

  test('KEY-01: regenerateKey refuses an account whose keys open nothing', async () => {
    const id = stage.add('local-auth', { disableLocalAuth: true });

    const response = await regenerate(stage.app, id);

    expect(response.status).toBe(409);
    expect(await errorOf(response)).toMatchObject({ code: 'LocalAuthDisabled', target: 'disableLocalAuth' });
    expect(regenerationsOf(id)).toStrictEqual([]);
  });
});

describe('?force', () => {
  test('false is as if it were left out', async () => {
    const response = await rotate(aged('force-false', 10), '?force=false');

    expect(await errorOf(response)).toMatchObject({ code: 'NotDue' });
  });

  test('lifts the due date', async () => {
    const response = await rotate(aged('force-true', 10), '?Force=true');

    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ keyType: 'secondary', state: 'completed' });
  });

  test.each(['force=1', 'force=', 'force=TRUE', 'force=true&force=true', 'forced=true', 'keyType=primary'])(
    '?%s is refused',
    async (query) => {
      const id = aged(`force-${query.replace(/\W/g, '-')}`, 400);

      const response = await rotate(id, `?${query}`);

      expect(response.status).toBe(400);
      expect(await errorOf(response)).toMatchObject({
        code: 'InvalidQueryParameter',
        target: query.split('=', 1)[0],
      });
      expect(regenerationsOf(id)).toStrictEqual([]);
    },
  );
});

test('a tag with an impossible age does not stop the timer from seeing the other accounts', async () => {
  const odd = aged('odd-age', 10);
  expect(await errorOf(await rotate(odd))).toMatchObject({ code: 'NotDue' });
  stage.azure.accounts.update(odd, { tags: { ...ENABLED, 'key-rotation-max-age': 'P200000000D' } });
  const other = aged('beside-odd-age', 400);

  const run = await stage.app.invoke('rotateDueAccounts');

  expect(run.status).toBe(200);
  await expect.poll(() => regenerationsOf(other).length, { timeout: 10_000 }).toBe(1);
});
