import { afterAll, beforeAll, expect, test } from 'vitest';
import { errorOf, GROUP, type Stage, SUBSCRIPTION, startStage } from './stage.ts';

interface Page {
  readonly value: readonly { readonly accountId: string; readonly decision: string }[];
  readonly nextLink?: string;
}

let stage: Stage;
const ids: string[] = [];

beforeAll(async () => {
  stage = await startStage({ azure: { pageSize: 2 } });
  for (let i = 0; i < 5; i++) ids.push(stage.add(`planned-${i}`, { tags: { 'key-rotation': 'enabled' } }));
});
afterAll(() => stage?.close());

test('the plan is followed by nextLink to its end, and reads no keys', async () => {
  const seen: string[] = [];
  let url = `${stage.app.url}/api/rotations/plan?code=${stage.app.functionKey}`;
  for (;;) {
    const response = await fetch(url, { headers: { 'x-functions-key': stage.app.functionKey } });
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const page = (await response.json()) as Page;
    seen.push(...page.value.map(({ accountId }) => accountId));
    if (page.nextLink === undefined) break;
    expect(page.nextLink).not.toContain(stage.app.functionKey);
    url = page.nextLink;
  }

  expect(seen.sort()).toStrictEqual(ids);
  expect(new Set(stage.azure.calls.map(({ operation }) => operation))).toStrictEqual(
    new Set(['token', 'listAccounts']),
  );
});

const token = (...place: unknown[]) => Buffer.from(JSON.stringify(place)).toString('base64url');

test.each([
  ['to another host', () => token(0, `https://localhost:1/subscriptions/${SUBSCRIPTION}/x`)],
  ['to another port of the host', () => token(0, `${stage.azure.endpoint}0/subscriptions/${SUBSCRIPTION}/x`)],
  ['to the host as a user name', () => token(0, `${stage.azure.endpoint}@evil.example/subscriptions/`)],
  ['out of the scope', () => token(0, `${stage.azure.endpoint}/subscriptions/other/providers/x`)],
  ['up out of the scope', () => token(0, `${stage.azure.endpoint}/subscriptions/${SUBSCRIPTION}/../other/x`)],
  ['to a scope that is not there', () => token(7)],
  ['to a scope before the first', () => token(-1)],
  ['that is a path', () => token(0, `/subscriptions/${SUBSCRIPTION}/resourceGroups/${GROUP}`)],
  ['that is none', () => 'abc'],
  ['that is empty', () => ''],
])('a forged skipToken %s is refused, and nobody is sent the app’s token', async (_name, forge) => {
  const before = stage.azure.calls.length;

  const response = await stage.app.fetch(`/api/rotations/plan?skipToken=${encodeURIComponent(forge())}`);

  expect(response.status).toBe(400);
  expect(await errorOf(response)).toMatchObject({ code: 'InvalidSkipToken', target: 'skipToken' });
  expect(stage.azure.calls.length).toBe(before);
});

test('an unknown parameter is refused', async () => {
  const response = await stage.app.fetch('/api/rotations/plan?top=1');

  expect(response.status).toBe(400);
  expect(await errorOf(response)).toMatchObject({ code: 'InvalidQueryParameter', target: 'top' });
});

test('a caller who accepts CSV gets the page as CSV, with the next one in a Link', async () => {
  const response = await stage.app.fetch('/api/rotations/plan', { headers: { accept: 'text/csv' } });

  const [header, ...lines] = (await response.text()).trim().split('\n');
  expect(response.headers.get('content-type')).toMatch(/^text\/csv\b/);
  expect(response.headers.get('link')).toMatch(/^<http.*skipToken=[\w-]+>; rel="next"$/);
  expect(header).toMatch(/^accountId,decision,/);
  expect(lines).toHaveLength(2);
});

test('the timer goes through all pages', async () => {
  const run = await stage.app.invoke('rotateDueAccounts');

  expect(run.status).toBe(200);
  const told = stage.app.log.map(({ message }) => message).filter((message) => message.includes('"seen"'));
  expect(told.at(-1)).toContain(`"seen":${ids.length}`);
});
