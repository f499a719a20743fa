import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { REGENERATED } from '../subscriber/samples.ts';

const run = promisify(execFile);
const TSC = path.resolve('node_modules/typescript/bin/tsc');
let folder: string;

/** As a subscriber gets it: the tarball of `npm pack`, installed where nothing else is, and without a network. */
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'subscriber-'));
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder]);
  const [tarball = ''] = (await readdir(folder)).filter((name) => name.endsWith('.tgz'));
  await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }');
  await run('npm', ['install', '--offline', '--no-audit', '--ignore-scripts', `./${tarball}`], {
    cwd: folder,
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function runInFolder(source: string): Promise<unknown> {
  await writeFile(path.join(folder, 'main.js'), source);
  const { stdout } = await run(process.execPath, ['main.js'], { cwd: folder });
  return JSON.parse(stdout);
}

test('it brings nothing along', async () => {
  const modules = await readdir(path.join(folder, 'node_modules'));

  expect(modules.filter((name) => !name.startsWith('.'))).toEqual(['maps-key-rotation']);
});

test('Node.js finds the parser', async () => {
  const parsed = await runInFolder(`
    import { isNewer, parseKeyEvent } from 'maps-key-rotation/events';
    const event = parseKeyEvent(${JSON.stringify(REGENERATED)});
    console.log(JSON.stringify({ event, newer: isNewer(event, '2026-11-25T16:31:22.3184320Z') }));
  `);

  expect(parsed).toStrictEqual({ event: REGENERATED, newer: true });
});

test('Node.js finds the JSON Schemas', async () => {
  const title = await runInFolder(`
    import schema from 'maps-key-rotation/events/KeyRotationFailed.schema.json' with { type: 'json' };
    console.log(JSON.stringify(schema.title));
  `);

  expect(title).toBe('KeyRotationFailed');
});

test('TypeScript finds the types, with all checks on', async () => {
  const source = `
    import { isNewer, KeyEventError, type KeyEvent, parseKeyEvent } from 'maps-key-rotation/events';
    export function apply(body: unknown): 'primary' | 'secondary' | KeyEventError | undefined {
      const event: KeyEvent = parseKeyEvent(body);
      if (event.type === 'KeyRotationFailed') return new KeyEventError(event.data.error.code, '');
      return isNewer(event, undefined) ? event.data.keyType : undefined;
    }
    // @ts-expect-error: no key is in an event
    export const key = (event: KeyEvent) => event.data.key;
  `;
  const compilerOptions = {
    strict: true,
    noEmit: true,
    module: 'nodenext',
    target: 'es2022',
    types: [],
    skipLibCheck: false,
  };
  await writeFile(path.join(folder, 'main.ts'), source);
  await writeFile(
    path.join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, files: ['main.ts'] }),
  );

  await expect(run(process.execPath, [TSC, '-p', folder])).resolves.toMatchObject({ stdout: '' });
});
