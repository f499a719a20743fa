import { existsSync, globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SETTINGS } from '../../src/settings/settings.ts';
import { codeOf, DOCUMENTS, type Document, documentOf } from './documents.ts';

/** The history tells of what was. */
const CURRENT = DOCUMENTS.filter(({ file }) => file !== 'CHANGELOG.md' && !file.startsWith('examples/'));

const sources = (...globs: string[]) =>
  globSync(globs)
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
const code = sources('src/{core,app,adapters,functions}/**/*.ts');
const template = sources('infra/main.bicep');
const functions = new Set(
  [...sources('src/functions/*.ts').matchAll(/\bapp\.\w+\('(\w+)'/g)].map(([, name = '']) => name),
);

/** Everything that a pattern finds in the code of the documents; its first group is the name. */
function named(pattern: RegExp, documents: readonly Document[] = CURRENT): Set<string> {
  const texts = documents.flatMap(codeOf);
  return new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map(([all, name]) => name ?? all)));
}

function unknown(names: Set<string>, isKnown: (name: string) => boolean, atLeast: number): string[] {
  expect(names.size).toBeGreaterThanOrEqual(atLeast);
  return [...names].filter((name) => !isKnown(name));
}

test('files and folders that are named are there', () => {
  const names = named(/^(?:src|tools|test|infra|docs|examples)\/[\w./*-]+$/g);

  expect(unknown(names, (name) => existsSync(name) || globSync(name).length > 0, 50)).toEqual([]);
});

test('settings that are named are settings', () => {
  const names = named(
    /\b(?:ROTATION_(?!STATES)|EVENT_GRID_|KEY_VAULT_URI|HTTP_AUTH|AZURE_MAPS_|AZURE_RESOURCE_)\w*/g,
  );

  expect(unknown(names, (name) => name in SETTINGS, 8)).toEqual([]);
});

test('routes that are named are routes', () => {
  const routes = [...sources('src/functions/*.ts').matchAll(/route: ['`]([^'`]+)['`]/g)].map(
    ([, route = '']) => route.replace(/:[^}]+\}/, '}').replace(/^\$\{ACCOUNT_ROUTE\}/, 'accounts'),
  );
  const patterns = routes.map((route) => new RegExp(`^${route.replace(/\{\w+\}/g, '[^/]+')}$`));
  const isRoute = (path: string) => patterns.some((pattern) => pattern.test(path));
  const names = named(/\/api\/((?:rotations|schemas|status|health|openapi)[\w/.{}<>… -]*)/g);

  expect(
    unknown(
      names,
      (name) => isRoute(name.trim().replace(/\[.*/, '').replace('rotations/…', 'rotations/x')),
      6,
    ),
  ).toEqual([]);
});

test('functions that are named are functions', () => {
  const names = named(/AzureWebJobs\.(\w+)\.Disabled|\/admin\/functions\/(\w+)/g);

  expect(unknown(names, (name) => functions.has(name.replace('/admin/functions/', '')), 2)).toEqual([]);
});

test('scripts that are named are scripts', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: object };

  expect(unknown(named(/\bnpm run ([\w-]+(?::\w+)?)/g), (name) => name in scripts, 8)).toEqual([]);
});

test('parameters and outputs that are named are in the template', () => {
  const isParameter = (name: string) => new RegExp(`^param ${name} `, 'm').test(template);
  const isOutput = (name: string) => new RegExp(`^output ${name} `, 'm').test(template);

  expect(unknown(named(/\bparam (\w+) = /g), isParameter, 3)).toEqual([]);
  expect(unknown(named(/\$\(output (\w+)\)/g), isOutput, 8)).toEqual([]);
});

test('commands of the command line that are named are commands', () => {
  const commands = [
    ...sources('src/cli/commands/command.ts', 'src/cli/run.ts', 'src/cli/commands/help.ts').matchAll(
      /\b(\w+)\b/g,
    ),
  ];
  const known = new Set(commands.map(([word]) => word));

  expect(unknown(named(/^(?:\$ )?(?:npx )?maps-key-rotation (\w+)/gm), (name) => known.has(name), 3)).toEqual(
    [],
  );
});

test('lines of the log that the runbook names are written by the code', () => {
  const runbook = documentOf('docs/operate.md');
  const lines = new Set([
    ...named(/^(?:The|A|An|Another|Rotations|Due) [a-z ]+[a-z]$/g, [runbook]),
    ...named(/message\) == '([^']+)'/g, [runbook]),
  ]);

  expect(unknown(lines, (line) => code.includes(`'${line}'`), 8)).toEqual([]);
});

test('the runbook has a section for each alert, and no other', () => {
  const alerts = [...sources('infra/modules/alerts.bicep').matchAll(/^ +key: '([\w-]+)'/gm)];
  const [, section = ''] = /^## Alerts$([\s\S]*?)^## /m.exec(documentOf('docs/operate.md').text) ?? [];
  const headings = [...section.matchAll(/^### (.+)$/gm)];

  expect(headings.map(([, heading]) => heading).sort()).toEqual(alerts.map(([, key]) => key).sort());
});
