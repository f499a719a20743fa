import { expect, test } from 'vitest';
import { printThingsToTry } from '../../src/local/show-rotation.ts';
import { takeKey } from '../../src/web/page/credentials.ts';

test('what npm start prints begins with the status page, whose address signs in', () => {
  const app = { url: 'http://127.0.0.1:7071', functionKey: 'a+b/c==', masterKey: 'm' };
  const lines: string[] = [];

  printThingsToTry(app, { controlEndpoint: 'http://127.0.0.1:7444/_local' }, (line) => lines.push(line));

  const [address = ''] = /http\S+\/api\/status\S*/.exec(lines.join('\n')) ?? [];
  expect(takeKey(address)).toEqual({ key: app.functionKey, rest: '/api/status' });
});
