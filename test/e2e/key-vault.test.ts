import { afterAll, beforeAll, describe, test } from 'vitest';
import { secretName } from '../../src/adapters/key-vault/secret-names.ts';
import { parseAccountId } from '../../src/core/account/account.ts';
import type { Fault } from '../../tools/local-azure/local-azure.ts';
import { expectError, expectTold } from '../support/expectations.ts';
import {
  allOver,
  calls,
  events,
  isFinal,
  regenerateKey,
  regenerations,
  rotationRows,
  until,
} from '../support/observe.ts';
import type { RunningApp } from '../support/running-app.ts';
import { secretVersions } from '../support/secrets.ts';
import { type Site, startSite, type World } from '../support/world.ts';

const DAY = 86_400_000;

let site: Site;

beforeAll(async () => {
  site = await startSite(40);
});

afterAll(() => site?.close());

async function start(...faults: Fault[]): Promise<{ world: World; app: RunningApp; accountId: string }> {
  const world = await site.world();
  for (const fault of faults) world.azure.faults.add(fault);
  const accountId = world.addAccount();
  return { world, app: await world.start({ KEY_VAULT_URI: world.azure.vaultUri }), accountId };
}

function secretIdOf(event: { data?: unknown } | undefined): string | undefined {
  return (event?.data as { secretId?: string } | undefined)?.secretId;
}

describe.concurrent('with a Key Vault', () => {
  test('a new key is there, with all that its readers need, when its event comes', async ({ expect }) => {
    const { world, app, accountId } = await start();
    let storedBefore: number | undefined;
    world.azure.setHook((operation, phase) => {
      if (operation === 'publish' && phase === 'before')
        storedBefore ??= secretVersions(world, accountId, 'current').length;
    });

    const answer = await regenerateKey(app, accountId, 'primary');
    await allOver(world, accountId);

    const keys = world.azure.accounts.keys(accountId);
    const madeAt = Date.parse(keys.primaryKeyLastUpdated ?? '');
    const tags = {
      accountId,
      keyType: 'primary',
      keyLastUpdated: keys.primaryKeyLastUpdated,
      rotationId: answer.headers.get('x-ms-rotation-id'),
    };
    expect(answer.status, answer.text).toBe(200);
    expect(storedBefore).toBe(1);
    for (const which of ['primary', 'current'] as const) {
      const [version, ...others] = secretVersions(world, accountId, which);
      expect(others).toEqual([]);
      expect(version).toMatchObject({
        value: keys.primaryKey,
        enabled: true,
        contentType: 'text/plain',
        tags,
      });
      // Key Vault keeps seconds.
      expect(Math.abs((version?.expiresOn?.getTime() ?? 0) - (madeAt + 90 * DAY))).toBeLessThan(2000);
    }
    expect(secretIdOf(events(world, accountId)[0])).toBe(secretVersions(world, accountId, 'primary')[0]?.id);
    expect(calls(world, 'getSecret')).toEqual([]);
    await world.close();
  });

  test('versions of keys that no longer exist are disabled, and those of the other key are not', async ({
    expect,
  }) => {
    const { world, app, accountId } = await start();

    for (const keyType of ['primary', 'secondary', 'primary'] as const) {
      const answer = await regenerateKey(app, accountId, keyType);
      expect(answer.status, answer.text).toBe(200);
      await allOver(world, accountId);
    }

    const { primaryKey, secondaryKey } = world.azure.accounts.keys(accountId);
    const enabled = (which: 'primary' | 'secondary' | 'current') =>
      secretVersions(world, accountId, which).map((version) => [version.value, version.enabled]);
    expect(enabled('primary')).toEqual([
      [expect.not.stringMatching(primaryKey), false],
      [primaryKey, true],
    ]);
    expect(enabled('secondary')).toEqual([[secondaryKey, true]]);
    expect(enabled('current')).toEqual([
      [expect.not.stringMatching(primaryKey), false],
      [secondaryKey, true],
      [primaryKey, true],
    ]);
    await world.close();
  });

  test('the tag key-rotation-max-age says when the secret expires', async ({ expect }) => {
    const { world, app } = await start();
    const tagged = world.addAccount({ tags: { 'key-rotation': 'enabled', 'key-rotation-max-age': 'P30D' } });

    await app.invoke('rotateDueAccounts');
    await until('rotated', async () => (await rotationRows(world, tagged)).some(isFinal));

    const [version] = secretVersions(world, tagged, 'secondary');
    const madeAt = Date.parse(world.azure.accounts.keys(tagged).secondaryKeyLastUpdated ?? '');
    expect(Math.abs((version?.expiresOn?.getTime() ?? 0) - (madeAt + 30 * DAY))).toBeLessThan(2000);
    await world.close();
  });

  test('a key that others regenerated is stored too', async ({ expect }) => {
    const { world, app, accountId } = await start();
    await regenerateKey(app, accountId, 'primary');
    world.azure.accounts.regenerate(accountId, 'secondary');

    await app.fetch(`/api${accountId}/rotate`, { method: 'POST' });
    await allOver(world, accountId);

    const { secondaryKey } = world.azure.accounts.keys(accountId);
    expect(secretVersions(world, accountId, 'secondary').at(-1)?.value).toBe(secondaryKey);
    expect(secretVersions(world, accountId, 'current').at(-1)?.value).toBe(secondaryKey);
    await world.close();
  });

  test.for<[string, Partial<Fault>]>([
    ['answers 503', { status: 503, times: 3 }],
    ['answers 403', { status: 403, times: 1 }],
    ['never answers', { delayMs: Number.POSITIVE_INFINITY, times: 1 }],
    ['breaks the connection', { drop: 'before', times: 1 }],
    ['stores the key, and its answer gets lost', { drop: 'after', times: 1 }],
    ['stores the key late and answers 500', { status: 500, carryOut: true, times: 1 }],
  ])(
    'that %s, the caller gets the keys, and the event follows once the key is stored',
    async ([, fault], { expect }) => {
      const { world, app, accountId } = await start({ operation: 'setSecret', ...fault });

      const answer = await regenerateKey(app, accountId, 'primary');
      const told = events(world, accountId).length;
      await allOver(world, accountId);

      expect(answer.status, answer.text).toBe(200);
      expect(told).toBe(0);
      expect(regenerations(world, accountId)).toHaveLength(1);
      expect(secretVersions(world, accountId, 'primary')).toHaveLength(1);
      expect(secretVersions(world, accountId, 'current')).toHaveLength(1);
      expect(secretIdOf(events(world, accountId)[0])).toBe(
        secretVersions(world, accountId, 'primary')[0]?.id,
      );
      expect(
        app.log.some(({ level, message }) => level === 'error' && message.includes('could not be stored')),
      ).toBe(true);
      await expectTold(world, accountId);
      await world.close();
    },
  );

  test.for([
    [
      'refuses the app',
      { operation: 'listSecretVersions', status: 403, times: Number.POSITIVE_INFINITY },
      403,
    ],
    [
      'refuses the app’s token',
      { operation: 'listSecretVersions', status: 401, times: Number.POSITIVE_INFINITY },
      503,
    ],
    ['is down', { operation: 'listSecretVersions', status: 503, times: Number.POSITIVE_INFINITY }, 503],
  ] as const)('that %s, no key is touched', async ([, fault, status], { expect }) => {
    const { world, app, accountId } = await start({ ...fault });

    const answer = await regenerateKey(app, accountId, 'primary');

    expectError(answer, [status]);
    expect(answer.body.error?.message).toMatch(/Key Vault/);
    expect(regenerations(world, accountId)).toEqual([]);
    await world.close();
  });

  test('a key that was replaced while the vault was down is announced without a secret', async ({
    expect,
  }) => {
    const { world, app, accountId } = await start({ operation: 'setSecret', status: 503, times: 2 });

    const first = await regenerateKey(app, accountId, 'primary');
    const second = await regenerateKey(app, accountId, 'primary');
    await allOver(world, accountId);

    const byId = new Map(events(world, accountId).map((event) => [event.id, event]));
    const [one, two] = [first, second].map(({ headers }) => byId.get(headers.get('x-ms-rotation-id') ?? ''));
    const { primaryKey } = world.azure.accounts.keys(accountId);
    expect(secretIdOf(one)).toBeUndefined();
    expect(secretIdOf(two)).toBe(secretVersions(world, accountId, 'primary').at(-1)?.id);
    expect(secretVersions(world, accountId, 'primary').map(({ value }) => value)).toEqual([primaryKey]);
    await expectTold(world, accountId);
    await world.close();
  });

  test('KV-02 a secret that somebody deleted after the check keeps the event back, and says so', async ({
    expect,
  }) => {
    const { world, app, accountId } = await start();
    await regenerateKey(app, accountId, 'primary');
    const account = parseAccountId(accountId);
    if (account === undefined) throw new Error('No account.');
    const name = secretName(account, 'primary');
    world.azure.setHook((operation, phase) => {
      if (operation !== 'regenerateKey' || phase !== 'after') return;
      world.azure.setHook(undefined);
      world.azure.vault.remove(name);
    });

    const answer = await regenerateKey(app, accountId, 'primary');

    const [row] = (await rotationRows(world, accountId)).slice(-1);
    expect(answer.status).toBe(200);
    expect(row).toMatchObject({
      state: 'regenerated',
      told: false,
      code: 'ObjectIsDeletedButRecoverable',
    });
    expect(app.log.some(({ message }) => message.includes('could not be stored'))).toBe(true);
    await world.close();
  });

  test.for(['primary', 'current'] as const)(
    'KV-02 no key is touched whose secret %s somebody deleted before',
    async (which, { expect }) => {
      const { world, app, accountId } = await start();
      await regenerateKey(app, accountId, 'primary');
      const account = parseAccountId(accountId);
      if (account === undefined) throw new Error('No account.');
      world.azure.vault.remove(secretName(account, which));

      const ordered = await regenerateKey(app, accountId, 'primary');
      const rotated = await app.fetch(`/api${accountId}/rotate?force=true`, { method: 'POST' });

      expectError(ordered, [409]);
      expect(ordered.body.error?.code).toBe('ObjectIsDeletedButRecoverable');
      expect(ordered.body.error?.message).toContain(secretName(account, which));
      // The guarded way takes the other key, whose own secret is not there yet.
      expect(rotated.status).toBe(which === 'current' ? 409 : 200);
      expect(regenerations(world, accountId)).toHaveLength(which === 'current' ? 1 : 2);
      await world.close();
    },
  );
});
