import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type StubApp, startStubApp } from '../support/stub-app.ts';
import { atTerminal } from '../support/terminal.ts';

let app: StubApp;
let folder: string;

beforeAll(async () => {
  app = await startStubApp({ body: { value: [] } });
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
});
afterAll(async () => {
  await app?.close();
  rmSync(folder, { recursive: true, force: true });
});

function keyFile(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function keySent(words: readonly string[], env: Record<string, string>, stdin = '') {
  const { code } = await atTerminal(['history', '--app', app.url, ...words], { env, stdin });
  return [code, app.requests.at(-1)?.headers['x-functions-key']];
}

test('the function key comes from its variable', async () => {
  expect(await keySent([], { MAPS_KEY_ROTATION_FUNCTION_KEY: 'of-variable' })).toStrictEqual([
    0,
    'of-variable',
  ]);
});

test('a file comes before the variable, and its line break is no part of the key', async () => {
  const file = keyFile('good', 'of-file\n');

  const sent = await keySent(['--function-key-file', file], { MAPS_KEY_ROTATION_FUNCTION_KEY: 'other' });

  expect(sent).toStrictEqual([0, 'of-file']);
});

test('- is the standard input', async () => {
  expect(await keySent(['--function-key-file', '-'], {}, 'of-stdin\n')).toStrictEqual([0, 'of-stdin']);
});

test.each(['"of-az"\n', "'of-az'"])(
  'quotes around it, as az prints them, are no part of it: %j',
  async (text) => {
    expect(await keySent(['--function-key-file', '-'], {}, text)).toStrictEqual([0, 'of-az']);
  },
);

test('an app on this machine may ask nobody', async () => {
  expect(await keySent([], {})).toStrictEqual([0, undefined]);
});

test.each<[string, readonly string[], Record<string, string>]>([
  ['no way to sign in', [], {}],
  ['two ways at once', ['--audience', 'api://x', '--function-key-file', 'y'], {}],
  ['a file that is not there', ['--function-key-file', '/nowhere/key'], {}],
  ['a key of two lines', [], { MAPS_KEY_ROTATION_FUNCTION_KEY: 's3cret\nother' }],
  ['an empty standard input', ['--function-key-file', '-'], {}],
  ['an audience with a space', ['--audience', 'api://s3cret x'], {}],
  ['a key as an argument', ['--function-key', 's3cret'], {}],
])('%s is wrong usage, and the key is not repeated', async (_name, words, env) => {
  const { code, out, err } = await atTerminal(['history', '--app', 'https://app.invalid', ...words], { env });

  expect(code).toBe(2);
  expect(out + err).not.toContain('s3cret');
});
