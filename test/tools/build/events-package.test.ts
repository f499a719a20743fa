import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REGENERATED } from '../../subscriber/samples.ts';

const run = promisify(execFile);
const TYPESCRIPT = path.resolve('node_modules/typescript/bin/tsc');
const TYPESCRIPT_4_9 = path.resolve('node_modules/typescript-4.9/bin/tsc');
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

async function runInFolder(file: string, source: string): Promise<unknown> {
  await writeFile(path.join(folder, file), source);
  const { stdout } = await run(process.execPath, [file], { cwd: folder });
  return JSON.parse(stdout);
}

test('it brings nothing along', async () => {
  const modules = await readdir(path.join(folder, 'node_modules'));

  expect(modules.filter((name) => !name.startsWith('.'))).toEqual(['maps-key-rotation']);
});

const USE = `
  const event = parseKeyEvent(${JSON.stringify(REGENERATED)});
  const newer = isNewer(event, '2026-11-25T16:31:22.3184320Z');
  console.log(JSON.stringify({ event, newer, first: keyToStartWith({}) }));
`;

describe('SUB-01: Node.js runs it', () => {
  const names = '{ isNewer, keyToStartWith, parseKeyEvent }';

  test.each([
    ['a module of ES', 'main.mjs', `import ${names} from 'maps-key-rotation/events';`],
    ['CommonJS', 'main.cjs', `const ${names} = require('maps-key-rotation/events');`],
  ])('from %s', async (_, file, loading) => {
    expect(await runInFolder(file, loading + USE)).toStrictEqual({
      event: REGENERATED,
      newer: true,
      first: 'primary',
    });
  });

  test('and an error is the same one for both', async () => {
    const isCaught = await runInFolder(
      'both.mjs',
      `import { createRequire } from 'node:module';
       import { KeyEventError } from 'maps-key-rotation/events';
       const { parseKeyEvent } = createRequire(import.meta.url)('maps-key-rotation/events');
       try { parseKeyEvent({}); } catch (error) { console.log(error instanceof KeyEventError); }`,
    );

    expect(isCaught).toBe(true);
  });
});

test('Node.js finds the JSON Schemas', async () => {
  const title = await runInFolder(
    'schemas.mjs',
    `import schema from 'maps-key-rotation/events/KeyRotationFailed.schema.json' with { type: 'json' };
     console.log(JSON.stringify(schema.title));`,
  );

  expect(title).toBe('KeyRotationFailed');
});

const SOURCE = `
  import { isNewer, KeyEventError, keyToStartWith, parseKeyEvent } from 'maps-key-rotation/events';
  import type { KeyEvent } from 'maps-key-rotation/events';
  export function apply(body: unknown): 'primary' | 'secondary' | KeyEventError | undefined {
    const event: KeyEvent = parseKeyEvent(body);
    if (event.type === 'KeyRotationFailed') return new KeyEventError(event.data.error.code, '');
    return isNewer(event, undefined) ? event.data.keyType : undefined;
  }
  export const first: 'primary' | 'secondary' = keyToStartWith({ primaryKeyLastUpdated: null });
  // @ts-expect-error: no key is in an event
  export const key = (event: KeyEvent) => event.data.key;
`;

describe.concurrent('SUB-01: TypeScript finds the types, with all checks on,', () => {
  const esAndCommonJs = ['main.mts', 'main.cts'];

  test.each<[string, string, object, string[]]>([
    ['4.9 with "node", as in the template of Functions', TYPESCRIPT_4_9, { module: 'commonjs' }, ['main.ts']],
    ['4.9 with "node16"', TYPESCRIPT_4_9, { module: 'node16' }, esAndCommonJs],
    ['7 with "node16"', TYPESCRIPT, { module: 'node16' }, esAndCommonJs],
    ['7 with "bundler"', TYPESCRIPT, { module: 'esnext', moduleResolution: 'bundler' }, ['main.ts']],
  ])('%s', async (name, compiler, options, files) => {
    const project = path.join(folder, name.replace(/\W+/g, '-'));
    const usual = { strict: true, noEmit: true, target: 'es2022', lib: ['es2022'], types: [] };
    const compilerOptions = { ...usual, ...options };
    await mkdir(project);
    await writeFile(path.join(project, 'package.json'), '{ "type": "commonjs" }');
    await writeFile(path.join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
    for (const file of files) await writeFile(path.join(project, file), SOURCE);

    await expect(run(process.execPath, [compiler, '-p', project])).resolves.toMatchObject({ stdout: '' });
  });
});
