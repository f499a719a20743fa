import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';

const BULK = '/-/npm/v1/security/advisories/bulk';
let server: Server | undefined;
/** npm remembers what it was told of a flaw. */
let cache: string | undefined;

afterEach(() => {
  server?.close();
  if (cache !== undefined) rmSync(cache, { recursive: true, force: true });
});

/** The audit as CI runs it, against a registry that knows these flaws, or none that can be asked. */
async function audit(advisories: object | undefined): Promise<{ code: number; output: string }> {
  const registry = createServer((request, response) => {
    if (request.url === BULK && advisories !== undefined) response.end(JSON.stringify(advisories));
    else response.writeHead(request.url === BULK ? 405 : 404).end('{}');
  });
  server = registry;
  await new Promise<void>((listening) => registry.listen(0, '127.0.0.1', listening));
  const { port } = registry.address() as AddressInfo;
  cache = mkdtempSync(join(tmpdir(), 'npm-cache-'));
  const env = {
    ...process.env,
    npm_config_registry: `http://127.0.0.1:${port}/`,
    npm_config_cache: cache,
  };
  return new Promise((resolve) => {
    execFile(process.execPath, ['tools/build/audit.ts'], { env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
    );
  });
}

const flaw = (severity: string) => [
  {
    id: 1,
    url: 'https://example.com/1',
    title: 'A flaw',
    severity,
    vulnerable_versions: '*',
    cwe: [],
    cvss: {},
  },
];

test('SEC-09: a grave flaw of what ships fails the audit, and is named', async () => {
  const { code, output } = await audit({ zod: flaw('critical') });

  expect(output).toMatch(/^critical: zod@[\d.]+: A flaw \(https:\/\/example.com\/1\)$/m);
  expect(code).toBe(1);
});

test.each([
  ['none', {}, 'and 0 others'],
  ['a lesser one', { zod: flaw('moderate') }, 'and 1 others'],
  ['one of a tool that does not ship', { azurite: flaw('critical') }, 'and 0 others'],
])('SEC-09: it succeeds with %s', async (_name, advisories, words) => {
  const { code, output } = await audit(advisories);

  expect(output).toContain(`What ships has 0 known vulnerabilities of high or above, ${words}.`);
  expect(code).toBe(0);
});

test('SEC-09: a registry that can not be asked is no flaw, and said to be none', async () => {
  const { code, output } = await audit(undefined);

  expect(output).toMatch(/could not be asked: 405/);
  expect(code).toBe(2);
});
