import { afterAll, beforeAll, describe, test } from 'vitest';
import { expectTold } from '../support/expectations.ts';
import { allOver, events, regenerateKey } from '../support/observe.ts';
import { secretVersions } from '../support/secrets.ts';
import { type Site, startSite } from '../support/world.ts';

let site: Site;

beforeAll(async () => {
  site = await startSite(3);
});

afterAll(() => site?.close());

describe.concurrent('what Key Vault has no room for', () => {
  test('is left out: the id of an account with the longest names', async ({ expect }) => {
    const world = await site.world();
    const accountId = world.addAccount({ resourceGroup: 'g'.repeat(90), name: 'a'.repeat(98) });
    const app = await world.start({ KEY_VAULT_URI: world.azure.vaultUri });

    const answer = await regenerateKey(app, accountId, 'primary');

    await allOver(world, accountId);
    expect(answer.status, answer.text).toBe(200);
    const [version, ...others] = secretVersions(world, accountId, 'primary');
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

      await allOver(world, accountId);
      expect(answer.status, answer.text).toBe(200);
      expect(secretVersions(world, accountId, 'primary').map(({ expiresOn }) => expiresOn)).toEqual([null]);
      expect(events(world, accountId)).toHaveLength(1);
      await world.close();
    },
  );
});
