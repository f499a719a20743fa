import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keyMarker } from '../../tools/local-azure/local-azure.ts';
import { disguises, keysIn } from '../support/disguises.ts';
import { expectNothingAfterEnd } from '../support/expectations.ts';
import { isFinal, regenerateKey, repeatable, rotationRows, sendMessage, until } from '../support/observe.ts';
import type { RunningApp } from '../support/running-app.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
let app: RunningApp;
/** All that the app wrote to its storage account. */
const written: string[] = [];
const errorAnswers: string[] = [];
const goodAnswers: string[] = [];

/** A run with everything that can go wrong, and the SDKs as talkative as they get. */
beforeAll(async () => {
  world = await startWorld();
  world.hookStorage({ before: ({ path, body }) => void written.push(path, decoded(body)) });
  app = await world.start({ AZURE_LOG_LEVEL: 'verbose', KEY_VAULT_URI: world.azure.vaultUri });
  const { faults, accounts } = world.azure;
  const order = async (accountId: string, headers = {}) => {
    const { status, text } = await regenerateKey(app, accountId, 'primary', headers);
    (status === 200 ? goodAnswers : errorAnswers).push(text);
  };
  const withFault = (fault: object) => {
    const account = world.addAccount();
    const { primaryKey, secondaryKey } = accounts.keys(account);
    const body = { error: { code: 'Odd', message: `keys ${primaryKey},${secondaryKey}`, primaryKey } };
    faults.add({ operation: 'regenerateKey', account, body, status: 500, ...fault });
    return account;
  };
  const disguised = disguises.map(([, disguise]) => {
    const account = world.addAccount();
    const echo = disguise(accounts.keys(account).primaryKey);
    const body = { error: { code: echo, message: echo, target: echo } };
    faults.add({ operation: 'regenerateKey', account, body, status: 400 });
    return account;
  });
  const spoilt = [
    ...[400, 403, 404, 409, 429].map((status) => withFault({ status })),
    ...[500, 503].map((status) => withFault({ status, carryOut: true })),
    ...[200, 403, 500].map((status) => withFault({ operation: 'listKeys', status, times: 4 })),
  ];
  faults.add({ operation: 'publish', status: 403, times: 3 });
  const { primaryKey } = accounts.keys(world.addAccount());
  const echo = { error: { code: 'BadParameter', message: `value ${primaryKey}`, value: primaryKey } };
  faults.add({ operation: 'setSecret', status: 400, body: echo, times: 2 });
  faults.add({ operation: 'updateSecret', drop: 'after', times: 1 });
  faults.add({ operation: 'mapsRequest', status: 401, body: echo, times: 2 });
  faults.add({ operation: 'mapsRequest', drop: 'before', times: 2 });
  const again = world.addAccount();
  const id = randomUUID();
  for (const accountId of [...spoilt, again]) await order(accountId);
  await Promise.all(disguised.map((accountId) => order(accountId)));
  await Promise.all([order(again, repeatable(id)), order(again, repeatable(id)), order(again)]);
  const lost = world.addAccount();
  world.hookStorage({
    before: ({ label, path, body }) => {
      written.push(path, decoded(body));
      return label === 'table batch free' ? { kind: 'answer', status: 503, code: 'ServerBusy' } : undefined;
    },
  });
  await order(lost);
  world.hookStorage({ before: ({ path, body }) => void written.push(path, decoded(body)) });
  await sendMessage(world, '{');
  await app.invoke('rotateDueAccounts');
  await until('over', async () => (await rotationRows(world)).every(isFinal), 40);
  await fetch(`${app.url}/api${again}/regenerateKey?code=${app.functionKey}`, { method: 'POST' });
}, 120_000);

afterAll(() => world?.close());

/** Queue messages are Base64 within XML. */
function decoded(body: string): string {
  const [, text] = /<MessageText>([^<]*)</.exec(body) ?? [];
  return text === undefined ? body : `${body} ${Buffer.from(text, 'base64').toString('utf8')}`;
}

/** The places that hold a key, or the part of one that cannot be chance. */
function leaks(texts: readonly string[]): string[] {
  return texts.filter((text) => text.includes(keyMarker));
}

test('the run had keys to leak', () => {
  expect(leaks(goodAnswers).length).toBeGreaterThan(3);
  expect(errorAnswers.length).toBeGreaterThan(5);
  expect(written.length).toBeGreaterThan(100);
  expect([...world.azure.everyKey].every((key) => key.startsWith(keyMarker))).toBe(true);
});

test('no key is in a log line', () => {
  expect(app.log.length).toBeGreaterThan(50);
  expect(leaks(app.log.map((line) => JSON.stringify(line)))).toEqual([]);
});

test('no key is in anything that was written to a table or a queue', () => {
  expect(leaks(written)).toEqual([]);
});

test('keys are in Key Vault', () => {
  const values = world.azure.vault.secrets().flatMap(({ versions }) => versions.map(({ value }) => value));

  expect(leaks(values).length).toBeGreaterThan(3);
});

test('no key is in an event', () => {
  expect(world.azure.events.length).toBeGreaterThan(5);
  expect(leaks(world.azure.events.map((event) => JSON.stringify(event)))).toEqual([]);
});

test('no key is in an answer that is an error', () => {
  expect(leaks(errorAnswers)).toEqual([]);
});

test('SEC-05 SEC-07: nor is one that ARM echoed in another form in any of these', () => {
  const told = [
    ...app.log.map((line) => JSON.stringify(line)),
    ...written,
    ...world.azure.events.map((event) => JSON.stringify(event)),
    ...errorAnswers,
  ];
  const keys = [...world.azure.everyKey].map((key) => key.slice(keyMarker.length));

  expect(keysIn(told.join('\n'), keys)).toEqual([]);
});

test('SEC-03: no function key, storage key or token is in a log line', () => {
  const [, storageKey = 'none'] = /AccountKey=([^;]+)/.exec(world.connectionString) ?? [];
  const lines = app.log.map((line) => JSON.stringify(line));
  const secrets = [app.functionKey, app.masterKey, storageKey, world.azure.identityHeader];

  expect(storageKey).not.toBe('none');
  expect(lines.filter((line) => secrets.some((secret) => line.includes(secret)))).toEqual([]);
  expect(lines.filter((line) => /Bearer ey|"eyJ[\w-]+\.[\w-]+\./.test(line))).toEqual([]);
});

test('PROC-02: nothing was logged after an invocation had ended', () => {
  expectNothingAfterEnd(world);
});
