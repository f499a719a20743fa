import { describe, expect, test } from 'vitest';
import { createKeyVault } from '../../src/adapters/key-vault/key-vault.ts';
import { secretName } from '../../src/adapters/key-vault/secret-names.ts';
import type { KeyToStore } from '../../src/app/ports/telling-ports.ts';
import { Secret } from '../../src/core/secret.ts';
import { AFTER, waiting } from '../core/support/rotations.ts';
import { type Answer, call, trustedAzure, vaultClient } from '../tools/local-azure/helpers.ts';
import { differences } from './matcher.ts';
import { ACCOUNT, GROUP, type Recording, SUBSCRIPTION, withBody } from './recording.ts';
import * as shapes from './shapes/key-vault.ts';
import { standIn } from './stand-in.ts';

const account = { subscriptionId: SUBSCRIPTION, resourceGroupName: GROUP, accountName: ACCOUNT };
const key: KeyToStore = {
  account,
  formerAccounts: [],
  rotation: waiting({ state: 'regenerated', after: AFTER }),
  key: new Secret('value'),
};
const name = secretName(account, 'secondary');
const credential = { getToken: async () => ({ token: 'token', expiresOnTimestamp: Date.now() + 3_600_000 }) };

/** As was recorded, for the secrets that the adapter has. */
function forSecret(recording: Recording, secret = name): Recording {
  const text = JSON.stringify(recording).replaceAll(`secrets/${shapes.SECRET}`, `secrets/${secret}`);
  return JSON.parse(text) as Recording;
}

async function vaultOf(...recordings: Recording[]) {
  const all = recordings.flatMap((recording) => [
    forSecret(recording),
    forSecret(recording, secretName(account, 'current')),
  ]);
  const { requests } = await standIn(all, shapes.CHALLENGE);
  const vault = createKeyVault({ vaultUri: shapes.VAULT, credential, timeoutSeconds: 5 });
  return { vault, requests };
}

describe('the adapter takes what was recorded', () => {
  test('a vault in which nothing was ever stored', async () => {
    const { vault, requests } = await vaultOf(
      shapes.NOT_DELETED,
      shapes.NO_VERSIONS,
      shapes.NOT_FOUND,
      shapes.SET,
    );

    expect(await vault.ready(account, 'secondary')).toBeUndefined();
    expect(await vault.store(key)).toEqual({
      kind: 'ok',
      value: `${shapes.VAULT}/secrets/${name}/${shapes.VERSIONS[1]}`,
    });
    expect(requests.filter((request) => request.startsWith('PUT'))).toHaveLength(1);
  });

  test('pages whose links name the port', async () => {
    const own = { ...(shapes.UPDATED.body as object), tags: {} };
    const latest = withBody(shapes.UPDATED, own);
    const { vault, requests } = await vaultOf(latest, shapes.FIRST_PAGE, shapes.LAST_PAGE, shapes.SET);

    expect(await vault.store(key)).toMatchObject({ kind: 'ok' });
    expect(requests.filter((request) => request.includes('/versions'))).toEqual([
      expect.stringMatching(/\/versions\?api(-|%2D)version=/),
      expect.stringMatching(/\/versions\?.*\$skiptoken=bmV4dA/),
    ]);
  });

  test('the properties of the latest version, which say that it followed none', async () => {
    const { vault, requests } = await vaultOf(shapes.UPDATED, shapes.SET);

    expect(await vault.store(key)).toMatchObject({ kind: 'ok' });
    expect(requests.some((request) => request.includes('/versions'))).toBe(false);
  });

  test('KV-02: a secret that somebody deleted', async () => {
    const { vault } = await vaultOf(shapes.DELETED, shapes.NO_VERSIONS);

    expect(await vault.ready(account, 'secondary')).toMatchObject({
      status: 409,
      code: 'ObjectIsDeletedButRecoverable',
    });
  });
});

describe('the adapter takes the refusals that were recorded', () => {
  test.each(Object.entries(shapes.REFUSALS))('KV-01: %s, to a list', async (code, refusal) => {
    const list = { ...refusal, method: 'GET', path: shapes.NO_VERSIONS.path };
    const { vault } = await vaultOf(shapes.NOT_DELETED, list);

    expect(await vault.ready(account, 'secondary')).toMatchObject({ status: 403, code, passing: true });
  });

  test.each<[string, Recording]>([
    ...Object.entries(shapes.REFUSALS),
    ['ObjectIsDeletedButRecoverable', shapes.NAME_TAKEN],
    ['ObjectIsBeingDeleted', shapes.NAME_BEING_DELETED],
  ])('%s, to a new version', async (code, refusal) => {
    const { vault, requests } = await vaultOf(shapes.NOT_FOUND, shapes.NO_VERSIONS, refusal);

    const outcome = await vault.store(key);

    expect(outcome).toMatchObject({ kind: 'failed', failure: { status: refusal.status, code } });
    expect(JSON.stringify(outcome)).not.toMatch(/appid|oid=|203\.0\.113\.7/);
    expect(requests.filter((request) => request.startsWith('PUT'))).toHaveLength(1);
  });
});

describe('the local Azure answers as was recorded', () => {
  const CLIENT_ID = { 'x-ms-client-request-id': 'aa8f1d4e-6cf6-4b7a-9a77-b9a1a4b1f0c2' };
  const json = { 'content-type': 'application/json', ...CLIENT_ID };

  async function answerTo(
    recording: Recording,
    deletionMs = 0,
    versions = 0,
    remove = false,
  ): Promise<Answer> {
    const azure = await trustedAzure({ secretDeletionMs: deletionMs });
    azure.vault.grow(shapes.SECRET, versions);
    if (remove) azure.vault.remove(shapes.SECRET);
    const bodies: Record<string, object> = {
      PUT: {
        ...{ value: 'value', contentType: 'text/plain', tags: { keyType: 'primary' } },
        attributes: { exp: 1798971287 },
      },
      PATCH: { tags: { keyType: 'primary' } },
    };
    const body = bodies[recording.method];
    return call(azure, recording.path, {
      method: recording.method,
      headers: json,
      ...(body && { body: JSON.stringify(body) }),
    });
  }

  test.each<[string, Recording, number, number, boolean]>([
    ['the versions of an unknown secret', shapes.NO_VERSIONS, 0, 0, false],
    ['a page of versions', shapes.FIRST_PAGE, 0, 2, false],
    ['a page without a link', { ...shapes.LAST_PAGE, path: shapes.NO_VERSIONS.path }, 0, 1, false],
    ['a new version', shapes.SET, 0, 0, false],
    ['a changed version', shapes.UPDATED, 0, 1, false],
    ['a change of an unknown secret', shapes.NOT_FOUND, 0, 0, false],
    ['an unknown secret among the deleted ones', shapes.NOT_DELETED, 0, 0, false],
    ['a secret that is being deleted', shapes.BEING_DELETED, 5_000, 1, true],
    ['a deleted secret', shapes.DELETED, 0, 1, true],
    ['the name of a deleted secret', shapes.NAME_TAKEN, 0, 1, true],
    ['the name of one that is being deleted', shapes.NAME_BEING_DELETED, 5_000, 1, true],
  ])('%s', async (_, recording, deletionMs, versions, remove) => {
    expect(differences(recording, await answerTo(recording, deletionMs, versions, remove))).toEqual([]);
  });

  test('a request without a token', async () => {
    const azure = await trustedAzure();

    const response = await fetch(azure.vaultUri + shapes.CHALLENGE.path, { headers: CLIENT_ID });

    const answer = { status: response.status, headers: response.headers, body: await response.json() };
    expect(differences(shapes.CHALLENGE, answer)).toEqual([]);
  });

  test.each(Object.entries(shapes.REFUSALS))('%s, by a fault', async (code, recording) => {
    const azure = await trustedAzure();
    azure.faults.add({ operation: 'setSecret', status: 403, code });

    const answer = await call(azure, recording.path, { method: 'PUT', headers: json, body: '{}' });

    expect(differences(recording, answer)).toEqual([]);
  });

  test('versions are in the order of their ids, not of their age', async () => {
    const azure = await trustedAzure();
    azure.vault.grow(shapes.SECRET, 10);
    const ids: string[] = [];

    for await (const { id } of vaultClient(azure).listPropertiesOfSecretVersions(shapes.SECRET))
      ids.push(id ?? '');

    expect(ids).toEqual(ids.toSorted());
    expect(ids).not.toEqual(azure.vault.secrets()[0]?.versions.map(({ id }) => id));
  });
});
