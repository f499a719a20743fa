import { afterAll, beforeAll, describe, test } from 'vitest';
import { secretName } from '../../src/adapters/secret-names.ts';
import { parseAccountId } from '../../src/core/account.ts';
import { expectTold } from '../support/expectations.ts';
import { events, isFinal, regenerateKey, rotationRows } from '../support/observe.ts';
import { type Site, startSite, type World } from '../support/world.ts';

let site: Site;

beforeAll(async () => {
  site = await startSite(3);
});

afterAll(() => site?.close());

function stored(world: World, accountId: string) {
  const account = parseAccountId(accountId);
  if (account === undefined) throw new Error(`No account: ${accountId}`);
  const name = secretName(account, 'primary').toLowerCase();
  return world.azure.vault.secrets().find((secret) => secret.name.toLowerCase() === name)?.versions ?? [];
}

describe.concurrent('what Key Vault has no room for', () => {
  test('is left out: the id of an account with the longest names', async ({ expect }) => {
    const world = await site.world();
    const accountId = world.addAccount({ resourceGroup: 'g'.repeat(90), name: 'a'.repeat(98) });
    const app = await world.start({ KEY_VAULT_URI: world.azure.vaultUri });

    const answer = await regenerateKey(app, accountId, 'primary');

    expect(answer.status, answer.text).toBe(200);
    expect((await rotationRows(world, accountId)).every(isFinal)).toBe(true);
    const [version, ...others] = stored(world, accountId);
    expect(others).toEqual([]);
    expect(version?.tags).toMatchObject({
      keyType: 'primary',
      rotationId: answer.headers.get('x-ms-rotation-id'),
    });
    expect(version?.tags).not.toHaveProperty('accountId');
    await expectTold(world, accountId);
    await world.close();
  });

  test.for(['P5000D', 'P36500D'])(
    'is left out: an end after 2038, as of a max age of %s',
    async (maxAge, { expect }) => {
      const world = await site.world();
      const accountId = world.addAccount();
      const app = await world.start({ KEY_VAULT_URI: world.azure.vaultUri, ROTATION_MAX_AGE: maxAge });

      const answer = await regenerateKey(app, accountId, 'primary');

      expect(answer.status, answer.text).toBe(200);
      expect(stored(world, accountId).map(({ expiresOn }) => expiresOn)).toEqual([null]);
      expect(events(world, accountId)).toHaveLength(1);
      await world.close();
    },
  );
});
