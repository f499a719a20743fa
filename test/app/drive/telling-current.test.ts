import { describe, expect, test } from 'vitest';
import { TIMINGS } from '../../../src/core/rotation/timings.ts';
import type { AppOptions, FakeApp } from '../../fakes/app.ts';
import { createFakeApp, DAY } from '../../fakes/app.ts';
import { breachesOf } from '../support/invariants.ts';
import { ACCOUNTS, quiesce } from '../support/simulation.ts';

const [account] = ACCOUNTS;

function start(options: AppOptions = {}): FakeApp {
  const app = createFakeApp({ stores: true, ...options });
  app.arm.add(account, { primary: 100 * DAY, secondary: 100 * DAY });
  return app;
}

function order(app: FakeApp, keyType: 'primary' | 'secondary'): void {
  app.regenerate({ account, keyType, requestIds: {} });
}

function currentKeys(app: FakeApp): (string | undefined)[] {
  return app.vault.current.map(({ version }) => version.tags.keyType);
}

const WAYS = [
  ['an order', (app: FakeApp) => order(app, 'secondary')],
  ['the guarded way', (app: FakeApp) => app.rotate(account, true)],
  ['the timer', (app: FakeApp) => app.runTimer()],
] as const;

describe.each(WAYS)('KV-02 with %s', (_, begin) => {
  test.each(['secondary', 'current'] as const)(
    'no key is touched whose secret %s is deleted',
    async (which) => {
      const app = start();
      app.vault.remove(account, which);

      begin(app);
      await app.world.run(3 * 3_600);

      expect(app.arm.posts).toEqual([]);
      expect(app.arm.changes).toEqual([]);
    },
  );

  test('the deleted secret of the other key is in nobody’s way', async () => {
    const app = start();
    app.vault.remove(account, 'primary');

    begin(app);
    await quiesce(app);

    expect(app.topic.accepted.map(({ event }) => event.type)).toEqual(['KeyRegenerated']);
  });

  test('a secret that is deleted after the check holds the event back, and its key is not lost', async () => {
    const app = start({ knowsKeysAfter: 0 });
    app.plan([{ operation: 'vault', nth: 0, fault: { kind: 'slow', seconds: 4 } }]);
    begin(app);
    await app.world.run(app.world.now() + 60, () => app.arm.changes.length > 0);
    app.vault.remove(account, 'secondary');

    await app.world.run(app.world.now() + 3_600);

    expect(app.arm.changes).toHaveLength(1);
    expect(app.topic.accepted).toEqual([]);
  });
});

test('KV-02 the code says it to the caller, and nothing is left open', async () => {
  const app = start();
  app.vault.remove(account, 'current');

  order(app, 'primary');
  await app.world.run(60);

  expect(app.requests[0]?.result).toMatchObject({
    kind: 'failed',
    failure: { status: 409, code: 'ObjectIsDeletedButRecoverable' },
  });
});

describe('KV-04 a key that Azure Maps takes only after 90 s', () => {
  test('is announced after the tries, and becomes the current one once it works', async () => {
    const app = start({ knowsKeysAfter: 120 });
    order(app, 'secondary');
    await app.world.run(115);
    const early = [app.topic.accepted.length, app.vault.current.length];
    await quiesce(app);

    expect(early).toEqual([1, 0]);
    expect(app.topic.accepted.map(({ event }) => event.data)).toMatchObject([{ verified: false }]);
    expect(currentKeys(app)).toEqual(['secondary']);
    expect(app.vault.current[0]?.at).toBeGreaterThanOrEqual(120);
    expect(app.vault.current[0]?.at).toBeLessThan(260);
    expect(breachesOf(app)).toEqual([]);
  });

  test('takes the place of a dead one at once', async () => {
    const app = start({ knowsKeysAfter: 90 });
    order(app, 'primary');
    await quiesce(app);
    const begun = app.world.now();

    order(app, 'primary');
    await app.world.run(begun + 85);
    const [, second] = app.vault.current;
    await quiesce(app);

    expect(currentKeys(app)).toEqual(['primary', 'primary']);
    expect((second?.at ?? 0) - begun).toBeLessThan(85);
    expect(breachesOf(app)).toEqual([]);
  });

  test('keeps no order waiting, and a newer key that works comes before it', async () => {
    const app = start({ knowsKeysAfter: 20_000 });
    order(app, 'secondary');
    await app.world.run(300);
    const waiting = app.vault.current.length;

    order(app, 'primary');
    await app.world.run(app.world.now() + 120);
    const told = app.topic.accepted.length;
    await quiesce(app);

    expect(app.requests.map(({ result }) => result?.kind)).toEqual(['keys', 'keys']);
    expect([waiting, told]).toEqual([0, 2]);
    expect(currentKeys(app).at(-1)).toBe('primary');
    expect(breachesOf(app)).toEqual([]);
  });

  test('and never after all is given up after about a week', async () => {
    const app = start({ knowsKeysAfter: 1e9 });
    order(app, 'secondary');
    await app.world.run(10 * DAY);
    await quiesce(app);

    expect(app.vault.current).toEqual([]);
    expect(app.log.filter((line) => line.includes('did not become the current one'))).toHaveLength(1);
    expect(breachesOf(app)).toEqual([]);
    expect(TIMINGS.lateVerifyTries).toBeGreaterThan(100);
  });

  test('is the current one at once where trying is off', async () => {
    const app = start();

    order(app, 'secondary');
    await quiesce(app);

    expect(currentKeys(app)).toEqual(['secondary']);
  });
});

describe('KV-05 a secret', () => {
  const OPTED_OUT = { 'key-rotation': 'disabled' };

  test.each([
    ['expires where the policy rotates the account', {}, true],
    ['does not expire where the account is opted out', { tags: OPTED_OUT }, false],
    ['does not expire where its tags are wrong', { tags: { 'key-rotation-max-age': 'soon' } }, false],
  ] as const)('%s', async (_, facts, expires) => {
    const app = start();
    order(app, 'primary');
    await quiesce(app);
    app.arm.describe(account, facts);

    order(app, 'secondary');
    await quiesce(app);

    const secrets = [app.vault.versions.at(-1), app.vault.current.at(-1)];
    expect(secrets.map((secret) => secret?.expiresAt !== undefined)).toEqual([expires, expires]);
  });

  test('does not expire where untagged accounts are left alone', async () => {
    const app = start({ rotateUntagged: false });

    order(app, 'primary');
    await quiesce(app);

    expect(app.vault.versions[0]?.expiresAt).toBeUndefined();
  });
});
