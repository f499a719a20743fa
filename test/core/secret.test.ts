import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { format, inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Secret } from '../../src/core/secret.ts';

const VALUE = 'k3y-material-of-the-account';
const secret = new Secret(VALUE);

function printed(print: (console: Console) => void): string {
  let output = '';
  const stream = new Writable({
    write(chunk, _encoding, done) {
      output += chunk;
      done();
    },
  });
  print(new Console({ stdout: stream, stderr: stream }));
  return output;
}

test.each([
  ['String()', String(secret)],
  ['a template', `${secret}`],
  ['a sum of texts', `key: ${[secret].join()}`],
  ['JSON', JSON.stringify({ key: secret })],
  ['inspect', inspect(secret)],
  [
    'inspect with all that is hidden',
    inspect({ deep: [secret] }, { depth: 9, showHidden: true, getters: true }),
  ],
  ['format', format('%s %o %O %j', secret, secret, secret, secret)],
  ['console.log', printed((console) => console.log(secret, { secret }))],
  ['console.dir', printed((console) => console.dir({ secret }, { showHidden: true, depth: 9 }))],
  ['console.table', printed((console) => console.table([{ secret }]))],
  ['an error', inspect(new Error('No answer', { cause: { secret } }))],
  ['its own properties', JSON.stringify([Object.entries(secret), Reflect.ownKeys(secret).map(String)])],
  ['a copy', JSON.stringify([{ ...secret }, structuredClone({ ...secret })])],
])('%s does not show the value', (_, text) => {
  expect(text).not.toContain(VALUE);
  expect(text).not.toBe('');
});

test('where it is printed, a word stands for it', () => {
  expect([`${secret}`, JSON.stringify(secret), inspect(secret)]).toEqual([
    '[secret]',
    '"[secret]"',
    '[secret]',
  ]);
});

test('the value is there for who asks for it', () => {
  expect(secret.reveal()).toBe(VALUE);
});
