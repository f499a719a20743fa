import { expect, test } from 'vitest';
import { printThingsToTry } from '../../../tools/start/show-rotation.ts';

const app = { url: 'http://127.0.0.1:7071', functionKey: 'function-key', masterKey: 'master-key' };

function printed(): string[] {
  const lines: string[] = [];
  printThingsToTry(app, { controlEndpoint: 'http://127.0.0.1:7444/_local' }, (text) =>
    lines.push(...text.split('\n')),
  );
  return lines;
}

test('SEC-06: what npm start prints begins with the status page, and no address has a key in it', () => {
  const [first = '', ...others] = printed().flatMap((line) => line.match(/https?:[^\s']+/g) ?? []);

  expect(first).toBe('http://127.0.0.1:7071/api/status');
  expect([first, ...others].filter((address) => address.includes('-key'))).toEqual([]);
  expect(printed()).toContain(app.functionKey);
});

test('OPS-01: the first call that npm start prints is the guarded one, and no call prints keys', () => {
  const lines = printed();
  const calls = lines.filter((line) => /^curl .*\/(rotate|regenerateKey)\b/.test(line));

  expect(calls).toHaveLength(2);
  expect(calls[0]).toMatch(/\/map-logistics\/rotate'$/);
  expect(calls[1]).toContain('-H \'prefer: return=minimal\' -d \'{"keyType":"secondary"}\'');
  expect(lines[lines.indexOf(calls[1] ?? '') - 1]).toContain('its old value is refused at once');
});
