import { describe, expect, test, vi } from 'vitest';
import { createKeyVault } from '../../../src/adapters/key-vault/key-vault.ts';
import { secretName } from '../../../src/adapters/key-vault/secret-names.ts';
import type { KeyToStore } from '../../../src/app/ports/telling-ports.ts';
import { Secret } from '../../../src/core/secret.ts';
import type { LocalAzure } from '../../../tools/local-azure/local-azure.ts';
import { AFTER, BEFORE, waiting } from '../../core/support/rotations.ts';
import { localCredential, trustedAzure, vaultClient } from '../../tools/local-azure/helpers.ts';

const account = {
  subscriptionId: '21a9967a-e8a9-4656-a70b-96ff1c4d05a0',
  resourceGroupName: 'maps',
  accountName: 'roads',
};
const name = secretName(account, 'secondary');
const rotation = waiting({ state: 'regenerated', after: AFTER });
const key: KeyToStore = { account, formerAccounts: [], rotation, key: new Secret('new') };
const replaced = { keyType: 'secondary', keyLastUpdated: BEFORE.secondary ?? '', rotationId: 'earlier' };
const alive = { keyType: 'primary', keyLastUpdated: AFTER.primary ?? '', rotationId: 'other' };

function vaultOf(azure: LocalAzure, timeoutSeconds = 0.5) {
  const options = { vaultUri: azure.vaultUri, credential: localCredential(azure), timeoutSeconds };
  return createKeyVault(options);
}

function values(azure: LocalAzure) {
  return azure.vault
    .secrets()
    .flatMap(({ versions }) => versions.map(({ value, enabled }) => [value, enabled]));
}

test.each([
  ['is refused', { status: 403 }],
  ['is never answered', { delayMs: Number.POSITIVE_INFINITY }],
  ['is asked to wait', { status: 429, headers: { 'retry-after': '60' } }],
] as const)('a key is stored although the disabling of a replaced one %s', async (_, fault) => {
  const azure = await trustedAzure();
  await vaultClient(azure).setSecret(name, 'old', { tags: replaced });
  azure.faults.add({ operation: 'updateSecret', times: Number.POSITIVE_INFINITY, ...fault });

  const stored = await vaultOf(azure).store(key);

  expect(stored).toMatchObject({ kind: 'ok', value: expect.stringContaining(name) });
  expect(values(azure)).toEqual([
    ['old', true],
    ['new', true],
  ]);
});

test('a replaced key is disabled once, and what others wrote is left alone', async () => {
  const azure = await trustedAzure();
  await vaultClient(azure).setSecret(name, 'old', { tags: replaced });
  await vaultClient(azure).setSecret(name, 'of others');
  const vault = vaultOf(azure);

  await vault.store(key);
  await vault.store(key);

  expect(values(azure)).toEqual([
    ['old', false],
    ['of others', true],
    ['new', true],
  ]);
  const changes = azure.calls.filter(({ operation, changed }) => operation === 'updateSecret' && changed);
  expect(changes).toHaveLength(1);
});

test('a version is found among more than a page has, and so is each replaced one', async () => {
  const azure = await trustedAzure();
  const client = vaultClient(azure);
  const older = Array.from({ length: 60 }, (_, i) => ({ ...replaced, rotationId: `rotation-${i}` }));
  for (const tags of older) await client.setSecret(name, tags.rotationId, { tags });
  const vault = vaultOf(azure, 10);
  const first = await vault.store(key);

  const again = await vault.store(key);

  expect(again).toEqual(first);
  expect(values(azure).filter(([, enabled]) => enabled)).toEqual([['new', true]]);
  expect(values(azure)).toHaveLength(61);
});

test('that the vault could be used is believed for a minute, and not for longer', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const azure = await trustedAzure();
  const vault = vaultOf(azure);
  const refused = { operation: 'listSecretVersions', status: 403, times: Number.POSITIVE_INFINITY } as const;

  const answers = [await vault.ready(account)];
  azure.faults.add(refused);
  vi.advanceTimersByTime(59_000);
  answers.push(await vault.ready(account));
  vi.advanceTimersByTime(2_000);
  answers.push(await vault.ready(account));
  vi.useRealTimers();

  expect(answers.map((answer) => answer?.status)).toEqual([undefined, undefined, 403]);
});

const DAY = 86_400_000;

/** A key of the account as an earlier rotation stored it. */
function earlier(keyType: 'primary' | 'secondary', daysAgo: number) {
  const time = new Date(Date.parse(AFTER[keyType] ?? '') - daysAgo * DAY).toISOString();
  return { keyType, keyLastUpdated: time, rotationId: `${keyType}-${daysAgo}` };
}

describe.each([500, 2_000, 6_000])('KV-03 with %i versions of a secret', (count) => {
  test.each(['store', 'promote'] as const)('%s takes a few calls', async (what) => {
    const azure = await trustedAzure();
    const secret = secretName(account, what === 'store' ? 'secondary' : 'current');
    azure.vault.grow(secret, count, earlier('secondary', 300));
    const vault = vaultOf(azure, 10);
    const put = () => (what === 'store' ? vault.store(key) : vault.promote(key, true));

    const stored = await put();
    const calls = azure.calls.length;
    const again = await put();

    expect(stored.kind).toBe('ok');
    expect(again).toEqual(stored);
    expect(calls).toBeLessThan(120);
    const operations = azure.calls.map(({ operation }) => operation);
    expect(operations.filter((operation) => operation === 'listSecretVersions').length).toBeLessThan(5);
    expect(operations.filter((operation) => operation === 'setSecret')).toHaveLength(1);
    expect(azure.vault.secrets()[0]?.versions).toHaveLength(count + 1);
  });
});

test('KV-03 once its versions say which one they followed, no list is asked for', async () => {
  const azure = await trustedAzure();
  const vault = vaultOf(azure, 10);
  azure.vault.grow(secretName(account, 'current'), 2_000);
  const turns = [1, 2, 3, 4].map((nth) => turn(nth));
  for (const one of turns.slice(0, 2)) await vault.promote(one, true);
  const begun = azure.calls.length;

  for (const one of turns.slice(2)) await vault.promote(one, true);

  const calls = azure.calls.slice(begun);
  expect(calls.filter(({ operation }) => operation === 'listSecretVersions')).toEqual([]);
  expect(calls.length).toBeLessThan(12);
  const enabled = azure.vault.secrets()[0]?.versions.filter((one) => one.enabled && one.tags.rotationId);
  expect(enabled?.map(({ value }) => value)).toEqual(['key-3', 'key-4']);
});

/** The keys of an account take turns, one a month. */
function turn(nth: number): KeyToStore {
  const times = { primary: monthOf(nth - (1 - (nth % 2))), secondary: monthOf(nth - (nth % 2)) };
  const before = { ...times, [keyTypeOf(nth)]: monthOf(nth - 2) };
  return {
    ...key,
    key: new Secret(`key-${nth}`),
    rotation: { ...rotation, rotationId: `r-${nth}`, keyType: keyTypeOf(nth), before, after: times },
  };
}

function keyTypeOf(nth: number) {
  return nth % 2 === 1 ? 'primary' : 'secondary';
}

function monthOf(nth: number): string {
  return new Date(Date.UTC(2026, nth)).toISOString();
}

test.each(['secondary', 'current'] as const)(
  'KV-02 a deleted secret %s is seen beforehand, whatever was proven before',
  async (which) => {
    const azure = await trustedAzure();
    const vault = vaultOf(azure, 10);
    await vault.store(key);
    await vault.promote(key, true);
    const before = await vault.ready(account, 'secondary');
    azure.vault.remove(secretName(account, which));

    const after = await vault.ready(account, 'secondary');

    expect(before).toBeUndefined();
    expect(after).toMatchObject({ status: 409, code: 'ObjectIsDeletedButRecoverable' });
    expect(after?.message).toContain(secretName(account, which));
  },
);

test('KV-02 the deleted secret of the other key stands in nobody’s way', async () => {
  const azure = await trustedAzure();
  await vaultClient(azure).setSecret(secretName(account, 'primary'), 'old');
  azure.vault.remove(secretName(account, 'primary'));

  expect(await vaultOf(azure, 10).ready(account, 'secondary')).toBeUndefined();
});

test('KV-02 where the one deleted secret may not be looked at, the list of all is', async () => {
  const azure = await trustedAzure();
  const vault = vaultOf(azure, 10);
  azure.faults.add({ operation: 'getDeletedSecret', status: 403, times: Number.POSITIVE_INFINITY });
  await vault.store(key);
  const before = await vault.ready(account, 'secondary');
  azure.vault.remove(name);

  expect(before).toBeUndefined();
  expect(await vault.ready(account, 'secondary')).toMatchObject({ code: 'ObjectIsDeletedButRecoverable' });
});

test('KV-04 a key that was not seen to work takes the place of a dead one alone', async () => {
  const azure = await trustedAzure();
  const vault = vaultOf(azure, 10);
  const current = secretName(account, 'current');
  const first = await vault.promote(key, false);
  await vaultClient(azure).setSecret(current, 'other', { tags: alive });
  const besideALiving = await vault.promote(key, false);
  await vaultClient(azure).setSecret(current, 'old', { tags: replaced });
  const inPlaceOfADead = await vault.promote(key, false);

  expect([first, besideALiving, inPlaceOfADead].map((one) => one.kind === 'ok' && one.value)).toEqual([
    'deferred',
    'deferred',
    'promoted',
  ]);
  expect(values(azure)).toEqual([
    ['other', true],
    ['old', false],
    ['new', true],
  ]);
});

test('MOVE-03 the replaced key is disabled under a former address too, and nothing else is', async () => {
  const azure = await trustedAzure();
  const former = { ...account, resourceGroupName: 'before' };
  const client = vaultClient(azure);
  for (const which of ['secondary', 'current'] as const) {
    await client.setSecret(secretName(former, which), `dead in ${which}`, { tags: replaced });
    await client.setSecret(secretName(former, which), `of another in ${which}`, {
      tags: earlier('secondary', 400),
    });
  }
  const moved = { ...key, formerAccounts: [former] };
  const vault = vaultOf(azure, 10);

  await vault.store(moved);
  await vault.promote(moved, true);

  expect(values(azure).filter(([, enabled]) => !enabled)).toEqual([
    ['dead in secondary', false],
    ['dead in current', false],
  ]);
});

describe('KV-01: why the vault refuses is told by each of its calls', () => {
  test.each([
    ['ForbiddenByRbac', /needs a role/],
    ['ForbiddenByPolicy', /access policy/],
    ['ForbiddenByFirewall', /firewall/],
    ['ForbiddenByConnection', /private endpoint/],
  ])('%s', async (code, says) => {
    const azure = await trustedAzure();
    const vault = vaultOf(azure, 10);
    const refused = { status: 403, code, times: Number.POSITIVE_INFINITY };
    const takeBack = azure.faults.add({ operation: 'listSecretVersions', ...refused });
    const listed = await vault.ready(account);
    takeBack();
    azure.faults.add({ operation: 'setSecret', ...refused });
    const stored = await vault.store(key);

    for (const failure of [listed, stored.kind === 'failed' ? stored.failure : undefined]) {
      expect(failure).toMatchObject({ status: 403, code, message: expect.stringMatching(says) });
    }
  });
});

test('WAIT-01: a list of the vault that is throttled is not waited for, and the wait is kept', async () => {
  const azure = await trustedAzure();
  const headers = { 'Retry-After': '12' };
  azure.faults.add({ operation: 'listSecretVersions', status: 429, code: 'Throttled', headers });
  const begun = performance.now();

  const failure = await vaultOf(azure, 10).ready(account);

  expect(failure).toMatchObject({ status: 429, code: 'Throttled', passing: true, retryAfterSeconds: 12 });
  expect(performance.now() - begun).toBeLessThan(3000);
});

test('IDN-06: a token that comes too late is no silence of the vault', async () => {
  const azure = await trustedAzure();
  const options = { vaultUri: azure.vaultUri, timeoutSeconds: 0.5 };
  const vault = createKeyVault({ ...options, credential: { getToken: () => new Promise(() => undefined) } });

  expect(await vault.store(key)).toMatchObject({ failure: { code: 'IdentityUnavailable' } });
  expect(await vault.ready(account, 'primary')).toMatchObject({ code: 'IdentityUnavailable' });
  azure.faults.add({
    ...{ operation: 'listSecretVersions', times: Number.POSITIVE_INFINITY },
    delayMs: Number.POSITIVE_INFINITY,
  });
  expect(await vaultOf(azure).store(key)).toMatchObject({ failure: { code: 'Timeout' } });
});
