import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stage, startStage } from './stage.ts';

let stage: Stage;
let shell: Response;
let html: string;

beforeAll(async () => {
  stage = await startStage();
  shell = await fetch(`${stage.app.url}/api/status`);
  html = await shell.text();
});
afterAll(() => stage?.close());

test('the shell of the page is open and has nothing in it; its data are closed', async () => {
  const id = stage.add('shell');

  const data = ['/api/rotations/plan', '/api/rotations'].map((path) => fetch(stage.app.url + path));

  expect(shell.status).toBe(200);
  expect(html).toContain('<html lang="en" data-auth="key">');
  expect(html).not.toContain(id);
  expect((await Promise.all(data)).map(({ status }) => status)).toEqual([401, 401]);
});

test('nothing keeps it, frames it, or learns its address, which may have had a key in it', () => {
  expect(Object.fromEntries(shell.headers)).toMatchObject({
    'cache-control': 'no-store',
    'content-type': 'text/html; charset=utf-8',
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'x-ms-request-id': expect.stringMatching(/^[\da-f-]{36}$/),
  });
});

test('the browser may run its script and its style and no other, and ask this app alone', () => {
  const hashOf = (tag: string) => {
    const text = new RegExp(`<${tag}[^>]*>(.*?)</${tag}>`, 's').exec(html)?.[1] ?? '';
    return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  };

  expect(shell.headers.get('content-security-policy')?.split('; ')).toEqual([
    "default-src 'none'",
    `script-src ${hashOf('script')}`,
    `style-src ${hashOf('style')}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ]);
});

test('it is one file: nothing is loaded from elsewhere', () => {
  const references = [...html.matchAll(/<[^>]+\b(?:src|href)="([^"]*)"/g)].map(([, address]) => address);

  expect(references).toEqual([expect.stringMatching(/^data:image\/svg\+xml,/)]);
  expect(html).not.toMatch(/@import|url\(/);
  expect(html.length).toBeLessThan(120_000);
});
