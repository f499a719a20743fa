import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectError, expectNothingAfterEnd, expectTold } from '../support/expectations.ts';
import {
  calls,
  isFinal,
  messageCount,
  regenerateKey,
  regenerations,
  rotationRows,
  sendMessage,
  until,
} from '../support/observe.ts';
import { type Site, startSite, type World } from '../support/world.ts';

const CLIENT_ID = '7d1f0a52-7a51-4d0e-8a3c-3b1f0c9f1a11';

let site: Site;
let userAssigned: World;

beforeAll(async () => {
  site = await startSite(9);
  userAssigned = await site.world({ azure: { clientId: CLIENT_ID } });
});

afterAll(() => site?.close());

describe.concurrent('while the identity endpoint', () => {
  test.for([
    ['IDN-01: answers 400', { status: 400 }],
    ['answers 401', { status: 401 }],
    ['IDN-02: answers 404', { status: 404 }],
    ['IDN-02: answers 410', { status: 410 }],
    ['WAIT-01: answers 429, to be asked again after 20 s', { status: 429, headers: { 'Retry-After': '20' } }],
    ['IDN-02: answers 500', { status: 500 }],
    ['never answers', { delayMs: Number.POSITIVE_INFINITY }],
  ] as const)(
    '%s, a caller gets a 503 in time and a message is kept; after that, all goes on',
    async ([, fault], { expect }) => {
      const world = await site.world();
      const app = await world.start();
      const [ordered, due] = [world.addAccount(), world.addAccount()];
      world.azure.faults.add({ operation: 'token', times: Number.POSITIVE_INFINITY, ...fault });
      await sendMessage(world, { version: 1, kind: 'account', accountId: due, attempt: 0 });

      const refused = await regenerateKey(app, ordered, 'primary');
      const tick = await app.invoke('rotateDueAccounts');
      const kept = await messageCount(world);
      world.azure.faults.clear();
      await until('the message was worked off', async () => {
        const rows = await rotationRows(world, due);
        return rows.length > 0 && rows.every(isFinal);
      });
      const answer = await regenerateKey(app, ordered, 'primary');

      expectError(refused, [503], 'IdentityUnavailable');
      const { status, headers } = { status: undefined, headers: undefined, ...fault };
      expect(refused.body.error?.target).toBe(status === 400 ? 'AZURE_CLIENT_ID' : undefined);
      expect(refused.headers.get('retry-after')).toBe(headers?.['Retry-After'] ?? '10');
      // IDN-06: what was answered is in the log, also of a request over HTTP.
      const lines = app.log.map(({ message }) => message);
      const refusals = lines.filter((line) => line.includes('A request could not be begun'));
      expect(refusals.join()).toContain(`"accountId":"${ordered}","code":"IdentityUnavailable"`);
      // On a machine that is short of breath, one of the answers may come too late.
      if (status !== undefined) expect(lines.join()).toContain(`"serviceStatus":${status}`);
      expect(refused.seconds).toBeLessThan(9);
      expect(tick.status).toBe(500);
      expect(kept).toBeGreaterThan(0);
      expect(calls(world, 'listKeys', ordered).length).toBeGreaterThan(0);
      expect(answer.status).toBe(200);
      for (const accountId of [ordered, due]) {
        expect(regenerations(world, accountId)).toHaveLength(1);
        await expectTold(world, accountId);
      }
      expectNothingAfterEnd(world);
      await world.close();
    },
  );
});

const OUT_OF_TIME: ReadonlySet<string> = new Set(['NotCarriedOut', 'StateSavedTooSlowly', 'AccountBusy']);

test('IDN-05: a cold process asks once for a token of each audience, however many requests come', async () => {
  const world = await site.world();
  const accounts = Array.from({ length: 16 }, () => world.addAccount());
  const app = await world.start();
  // Long enough for all of them to wait for the same token.
  const delayMs = 150;
  world.azure.faults.add({ operation: 'token', times: Number.POSITIVE_INFINITY, delayMs });

  const answers = await Promise.all(accounts.map((accountId) => regenerateKey(app, accountId, 'primary')));

  // A machine that is short of breath may have no time left for some of them, which they are told as that.
  const told = answers.map(({ status, body }) => (status === 200 ? 200 : body.error?.code));
  expect(told).toContain(200);
  expect(told.filter((code) => code !== 200 && !OUT_OF_TIME.has(code ?? ''))).toEqual([]);
  const audiences = calls(world, 'token').map(({ path }) =>
    new URL(path, 'http://localhost').searchParams.get('resource'),
  );
  expect(audiences.length).toBeGreaterThan(0);
  expect(audiences).toHaveLength(new Set(audiences).size);
  await world.close();
});

describe.concurrent('IDN-01: where there is only a user-assigned identity', () => {
  test('AZURE_CLIENT_ID names it', async () => {
    const accountId = userAssigned.addAccount();
    const app = await userAssigned.start();

    const answer = await regenerateKey(app, accountId, 'primary');

    expect(answer.status, answer.text).toBe(200);
  });

  test.for([
    ['is not set', undefined],
    ['is empty', ''],
    ['is wrong', '00000000-0000-4000-8000-000000000000'],
  ] as const)('and AZURE_CLIENT_ID %s, one message says so', async ([, clientId], { expect }) => {
    const accountId = userAssigned.addAccount();
    const app = await userAssigned.start({ AZURE_CLIENT_ID: clientId });

    const answer = await regenerateKey(app, accountId, 'primary');

    expectError(answer, [503], 'IdentityUnavailable');
    expect(answer.body.error?.message).toContain('AZURE_CLIENT_ID');
    expect(regenerations(userAssigned, accountId)).toEqual([]);
  });
});
