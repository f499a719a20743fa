import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { expect, test } from 'vitest';

const FOLDER = 'dist-cli';
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly bin: Readonly<Record<string, string>>;
};

test('the package has the command line, built, and none of what the repository is for', () => {
  const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    encoding: 'utf8',
  });

  const [{ files }] = JSON.parse(packed) as [{ files: { path: string }[] }];
  const paths = files.map(({ path }) => path);
  expect(paths).toContain(manifest.bin['maps-key-rotation']);
  expect(paths.filter((path) => /^(src|test|infra|node_modules)\//.test(path))).toStrictEqual([]);
});

test('the command can be run as it is, and says its version', () => {
  const path = `./${manifest.bin['maps-key-rotation']}`;

  expect(readFileSync(path, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  expect(statSync(path).mode & 0o111).toBe(0o111);
  expect(execFileSync(path, ['--version'], { encoding: 'utf8' })).toBe(`${manifest.version}\n`);
});

test('it needs nothing but Node: no package is imported from outside', () => {
  const imported = readdirSync(FOLDER).flatMap((file) => {
    const source = readFileSync(`${FOLDER}/${file}`, 'utf8');
    return [...source.matchAll(/(?:\bfrom|\bimport)\s*\(?["']([^"'./$][^"']*)["']/g)].map(
      ([, name = '']) => name,
    );
  });

  const known = new Set(builtinModules.flatMap((name) => [name, `node:${name}`]));
  expect(imported.filter((name) => !known.has(name))).toStrictEqual([]);
  expect(imported.length).toBeGreaterThan(0);
});

test('the Azure SDK is loaded by those alone who sign in with it', () => {
  const entry = readFileSync(`./${manifest.bin['maps-key-rotation']}`, 'utf8');

  expect(entry.length).toBeLessThan(250_000);
  expect(entry).not.toContain('azsdk-js');
});

test('docs/cli.md has the Node.js that the package is for', () => {
  const docs = readFileSync('docs/cli.md', 'utf8');

  expect(docs).toContain(`Node.js ${manifest.engines.node.replace('>=', '')} or later`);
});

test.each(['plan', 'rotate', 'history', 'watch'])(
  'docs/cli.md has each option of %s, and each exit code',
  (name) => {
    const docs = readFileSync('docs/cli.md', 'utf8');
    const help = execFileSync(`./${manifest.bin['maps-key-rotation']}`, [name, '--help'], {
      encoding: 'utf8',
    });

    const options = [...help.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, option = '']) => option);
    const codes = [...help.matchAll(/^ {2}(\d+) /gm)].map(([, code]) => `| ${code} |`);
    const unsaid = [...options, ...codes].filter((said) => !docs.includes(said));
    expect(options.length).toBeGreaterThan(8);
    expect(unsaid.filter((option) => option !== '--help' && option !== '--version')).toStrictEqual([]);
  },
);
