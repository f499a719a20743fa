import { expect, test } from 'vitest';
import type { LocalAzure } from '../../../../tools/local-azure/local-azure.ts';
import { call, collect, localCredential, trustedAzure, vaultClient } from '../helpers.ts';

const version = 'api-version=7.6';

function operations(azure: LocalAzure) {
  return azure.calls.map(({ operation, status, changed }) => [operation, status, changed]);
}

test('the official client stores a secret, after the challenge, and reads it by name and by version', async () => {
  const azure = await trustedAzure();
  const credential = localCredential(azure);
  const client = vaultClient(azure, credential);
  const expiresOn = new Date('2027-01-02T03:04:05Z');

  const first = await client.setSecret('Maps1-primary', 'one', {
    contentType: 'text/plain',
    tags: { keyType: 'primary' },
    expiresOn,
  });
  const second = await client.setSecret('Maps1-primary', 'two');

  expect(credential.scopes).toEqual(['https://vault.azure.net/.default']);
  expect(operations(azure)).toEqual([
    ['other', 401, false],
    ['setSecret', 200, true],
    ['setSecret', 200, true],
  ]);
  expect(first.properties).toMatchObject({
    id: expect.stringMatching(/^https:\/\/localhost:\d+\/secrets\/Maps1-primary\/[0-9a-f]{32}$/),
    vaultUrl: azure.vaultUri,
    name: 'Maps1-primary',
    enabled: true,
    contentType: 'text/plain',
    tags: { keyType: 'primary' },
    expiresOn,
    recoveryLevel: 'Recoverable+Purgeable',
    recoverableDays: 90,
  });
  await expect(client.getSecret('maps1-PRIMARY')).resolves.toMatchObject({ value: 'two' });
  const options = { version: first.properties.version ?? '' };
  await expect(client.getSecret('Maps1-primary', options)).resolves.toMatchObject({ value: 'one' });
  expect(azure.vault.secrets()).toMatchObject([
    {
      name: 'Maps1-primary',
      deleted: false,
      versions: [
        { id: first.properties.id, value: 'one', enabled: true, contentType: 'text/plain', expiresOn },
        {
          id: second.properties.id,
          value: 'two',
          enabled: true,
          contentType: null,
          tags: {},
          expiresOn: null,
        },
      ],
    },
  ]);
});

test('times are whole seconds of the clock', async () => {
  const azure = await trustedAzure({ now: () => new Date('2026-05-06T07:08:09.999Z') });

  const { properties } = await vaultClient(azure).setSecret('a', 'x');

  const time = new Date('2026-05-06T07:08:09Z');
  expect(properties).toMatchObject({ createdOn: time, updatedOn: time });
  expect(azure.vault.secrets()[0]?.versions[0]?.createdAt).toEqual(time);
});

test('lists come in pages and without values, versions in the order of their ids', async () => {
  const azure = await trustedAzure();
  const client = vaultClient(azure);
  for (let count = 0; count < 27; count += 1) await client.setSecret('many', `value-${count}`);
  for (const name of ['b', 'A', 'c']) await client.setSecret(name, `value-${name}`);

  const listed = await collect(client.listPropertiesOfSecretVersions('many'));
  const pages = await collect(client.listPropertiesOfSecrets().byPage({ maxPageSize: 3 }));
  const none = await collect(client.listPropertiesOfSecretVersions('nothing'));

  const ids = azure.vault.secrets()[0]?.versions.map(({ id }) => id);
  expect(listed.map(({ id }) => id)).toEqual(ids?.toSorted());
  expect(azure.calls.filter(({ operation }) => operation === 'listSecretVersions')).toHaveLength(3);
  expect(pages.map((page) => page.map(({ name }) => name))).toEqual([['A', 'b', 'c'], ['many']]);
  expect(pages.flat().every(({ version }) => version === undefined)).toBe(true);
  expect(none).toEqual([]);
  expect((await call(azure, `/secrets/many/versions?${version}`)).body).not.toHaveProperty('value.0.value');
});

test('a version is disabled, and its value then refused', async () => {
  const azure = await trustedAzure();
  const client = vaultClient(azure);
  const old = await client.setSecret('a', 'old', { tags: { kept: 'yes' }, contentType: 'text/plain' });
  await client.setSecret('a', 'new');
  const oldVersion = old.properties.version ?? '';

  const updated = await client.updateSecretProperties('a', oldVersion, { enabled: false });

  expect(updated).toMatchObject({ enabled: false, tags: { kept: 'yes' }, contentType: 'text/plain' });
  expect(azure.calls.at(-1)).toMatchObject({ operation: 'updateSecret', status: 200, changed: true });
  await expect(client.getSecret('a', { version: oldVersion })).rejects.toMatchObject({
    statusCode: 403,
    code: 'Forbidden',
    details: { error: { innerError: { code: 'SecretDisabled' } } },
  });
  await expect(client.getSecret('a')).resolves.toMatchObject({ value: 'new' });
  expect(azure.vault.secrets()[0]?.versions.map(({ enabled }) => enabled)).toEqual([false, true]);
});

test('a change replaces what it gives: tags as a whole, and times', async () => {
  const azure = await trustedAzure();
  const client = vaultClient(azure);
  const { properties } = await client.setSecret('a', 'x', { tags: { one: '1' }, enabled: false });
  const expiresOn = new Date('2027-01-01T00:00:00Z');

  const changed = await client.updateSecretProperties('a', properties.version ?? '', {
    tags: { two: '2' },
    expiresOn,
    notBefore: new Date('2026-01-01T00:00:00Z'),
  });

  expect(changed).toMatchObject({ tags: { two: '2' }, expiresOn, enabled: false });
  expect(changed.notBefore).toEqual(new Date('2026-01-01T00:00:00Z'));
});

test('a deleted secret keeps its name until it is recovered or purged', async () => {
  const azure = await trustedAzure();
  const client = vaultClient(azure);
  await client.setSecret('a', 'x');

  const removed = await (await client.beginDeleteSecret('a')).pollUntilDone();
  const conflict = await client.setSecret('A', 'y').catch((error: unknown) => error);
  const hidden = await client.getSecret('a').catch((error: unknown) => error);

  expect(removed).toMatchObject({
    name: 'a',
    recoveryId: `${azure.vaultUri}/deletedsecrets/a`,
    deletedOn: expect.any(Date),
    scheduledPurgeDate: expect.any(Date),
  });
  expect(conflict).toMatchObject({
    statusCode: 409,
    code: 'Conflict',
    details: { error: { innerError: { code: 'ObjectIsDeletedButRecoverable' } } },
  });
  expect(hidden).toMatchObject({ statusCode: 404, code: 'SecretNotFound' });
  expect(azure.vault.secrets()).toMatchObject([{ name: 'a', deleted: true, versions: [{ value: 'x' }] }]);
  await expect(collect(client.listPropertiesOfSecretVersions('a'))).resolves.toEqual([]);
  await (await client.beginRecoverDeletedSecret('a')).pollUntilDone();
  await expect(client.getSecret('a')).resolves.toMatchObject({ value: 'x' });
  await (await client.beginDeleteSecret('a')).pollUntilDone();
  await client.purgeDeletedSecret('a');
  expect(azure.vault.secrets()).toEqual([]);
  await expect(client.purgeDeletedSecret('a')).rejects.toMatchObject({ statusCode: 404 });
});

test('somebody else may delete a secret', async () => {
  const azure = await trustedAzure();
  const client = vaultClient(azure);
  await client.setSecret('a', 'x');

  azure.vault.remove('A');

  await expect(client.setSecret('a', 'y')).rejects.toMatchObject({ statusCode: 409 });
  expect(() => azure.vault.remove('a')).toThrow('no secret');
});

test('faults hold for the operation and the secret that they name, never for the challenge', async () => {
  const azure = await trustedAzure();
  azure.faults.add({ operation: 'setSecret', secret: 'B', status: 403 });
  azure.faults.add({ operation: 'setSecret', status: 409, code: 'ObjectIsBeingRecovered' });
  azure.faults.add({ operation: 'listSecretVersions', status: 429, headers: { 'Retry-After': '1' } });
  azure.faults.add({ operation: 'getSecret', status: 503 });
  azure.faults.add({ operation: 'deleteSecret', drop: 'before' });
  const client = vaultClient(azure);

  await expect(client.setSecret('a', 'x')).rejects.toMatchObject({
    statusCode: 409,
    details: { error: { innerError: { code: 'ObjectIsBeingRecovered' } } },
  });
  await client.setSecret('a', 'x');
  await expect(client.setSecret('b', 'x')).rejects.toMatchObject({
    statusCode: 403,
    code: 'Forbidden',
    details: { error: { innerError: { code: 'ForbiddenByRbac' } } },
  });
  await expect(collect(client.listPropertiesOfSecretVersions('a'))).rejects.toMatchObject({
    statusCode: 429,
  });
  await expect(client.getSecret('a')).rejects.toMatchObject({ statusCode: 503 });
  await expect(client.beginDeleteSecret('a')).rejects.toBeDefined();
  expect(azure.vault.secrets()).toMatchObject([{ name: 'a', deleted: false }]);
});

test('a secret may be stored, and a version disabled, although the answer is lost', async () => {
  const azure = await trustedAzure();
  azure.faults.add({ operation: 'setSecret', drop: 'after' });
  azure.faults.add({ operation: 'setSecret', status: 500, carryOut: true });
  azure.faults.add({ operation: 'updateSecret', drop: 'after' });
  const client = vaultClient(azure);

  await expect(client.setSecret('a', 'one')).rejects.toBeDefined();
  await expect(client.setSecret('a', 'two')).rejects.toMatchObject({ statusCode: 500 });
  const [first] = azure.vault.secrets()[0]?.versions ?? [];
  await expect(
    client.updateSecretProperties('a', first?.version ?? '', { enabled: false }),
  ).rejects.toBeDefined();

  expect(azure.vault.secrets()[0]?.versions).toMatchObject([
    { value: 'one', enabled: false },
    { value: 'two', enabled: true },
  ]);
  expect(operations(azure).slice(1)).toEqual([
    ['setSecret', null, true],
    ['setSecret', 500, true],
    ['updateSecret', null, true],
  ]);
});

test('hooks see the operations of the vault, with the value and before it is stored', async () => {
  const azure = await trustedAzure();
  const seen: unknown[] = [];
  azure.setHook((operation, phase) => {
    seen.push([operation, phase, azure.vault.secrets().length]);
  });

  await vaultClient(azure).setSecret('a', 'x');

  expect(seen).toEqual([
    ['setSecret', 'before', 0],
    ['setSecret', 'after', 1],
  ]);
});

test('no app gets a vault unless it is told so, and what is stored outlives a reset', async () => {
  const azure = await trustedAzure();
  await vaultClient(azure).setSecret('a', 'x');

  azure.reset();

  expect(azure.environment()).not.toHaveProperty('KEY_VAULT_URI');
  expect(azure.vaultUri).toBe(azure.endpoint);
  expect(azure.calls).toEqual([]);
  expect(azure.vault.secrets()).toHaveLength(1);
});

test('a change without a version means the latest one, and one that changes nothing shows its properties', async () => {
  const azure = await trustedAzure();
  const client = vaultClient(azure);
  await client.setSecret('a', 'one');
  const { properties } = await client.setSecret('a', 'two', { tags: { keyType: 'primary' } });
  const begun = azure.calls.length;

  const shown = await client.updateSecretProperties('a', '');

  expect(shown).toMatchObject({ id: properties.id, enabled: true, tags: { keyType: 'primary' } });
  expect(operations(azure).slice(begun)).toEqual([['updateSecret', 200, false]]);
});

test('a deleted secret is shown without its value, by itself and in the list of all', async () => {
  const azure = await trustedAzure();
  const client = vaultClient(azure);
  for (const name of ['gone', 'there']) await client.setSecret(name, 'value');
  azure.vault.remove('gone');

  const one = await client.getDeletedSecret('gone');
  const all = await collect(client.listDeletedSecrets());

  expect(one).not.toHaveProperty('value', 'value');
  expect(all.map(({ name }) => name)).toEqual(['gone']);
  await expect(client.getDeletedSecret('there')).rejects.toMatchObject({ statusCode: 404 });
  await expect(client.setSecret('gone', 'new')).rejects.toMatchObject({ statusCode: 409 });
});

test('a secret that is being deleted is neither there nor among the deleted ones, and its name is taken', async () => {
  const azure = await trustedAzure({ secretDeletionMs: 500 });
  const client = vaultClient(azure);
  await client.setSecret('a', 'x');

  azure.vault.remove('a');

  await expect(client.getDeletedSecret('a')).rejects.toMatchObject({
    statusCode: 404,
    message: expect.stringContaining('Deleted Secret not found: a'),
  });
  expect(await collect(client.listDeletedSecrets())).toEqual([]);
  await expect(client.setSecret('a', 'y')).rejects.toMatchObject({
    statusCode: 409,
    details: { error: { innerError: { code: 'ObjectIsBeingDeleted' } } },
  });
  await expect(client.purgeDeletedSecret('a')).rejects.toMatchObject({ statusCode: 409 });
  await expect.poll(() => client.getDeletedSecret('a').catch(() => undefined)).toMatchObject({ name: 'a' });
});

test.each([
  [403, 'ForbiddenByConnection', 'Public network access is disabled'],
  [403, 'ForbiddenByFirewall', 'Client address is not authorized'],
  [403, 'ForbiddenByPolicy', 'does not have secrets set permission'],
  [409, 'ObjectIsBeingDeleted', 'currently being deleted'],
])('a fault with %i %s says what Key Vault says', async (status, code, words) => {
  const azure = await trustedAzure();
  azure.faults.add({ operation: 'setSecret', status, code });

  await expect(vaultClient(azure).setSecret('a', 'x')).rejects.toMatchObject({
    statusCode: status,
    message: expect.stringContaining(words),
    details: { error: { innerError: { code } } },
  });
});

test('a secret can be made old at once', async () => {
  const azure = await trustedAzure();

  azure.vault.grow('old', 6_000, { keyType: 'primary' });

  const [secret] = azure.vault.secrets();
  expect(secret?.versions).toHaveLength(6_000);
  expect(secret?.versions.at(-1)?.tags).toEqual({ keyType: 'primary' });
});
