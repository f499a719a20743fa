import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { anchorsOf, DOCUMENTS, documentOf, linksOf } from './documents.ts';

test('there are documents, and links between them', () => {
  expect(DOCUMENTS.length).toBeGreaterThan(15);
  expect(DOCUMENTS.flatMap(linksOf).length).toBeGreaterThan(60);
});

test.each(DOCUMENTS.map(({ file }) => file))('each link of %s leads somewhere', (file) => {
  const dead = linksOf(documentOf(file)).filter((target) => !leadsSomewhere(file, target));

  expect(dead).toEqual([]);
});

test('each document can be reached from the README', () => {
  const reached = new Set<string>();
  const ahead = ['README.md'];
  for (let file = ahead.pop(); file !== undefined; file = ahead.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    const here = file;
    const targets = linksOf(documentOf(here)).map((target) => resolve(here, target).path);
    ahead.push(...targets.flatMap(documentsAt));
  }

  expect(DOCUMENTS.filter(({ file }) => !reached.has(file) && file !== 'CHANGELOG.md')).toEqual([]);
});

function leadsSomewhere(file: string, target: string): boolean {
  const { path, anchor } = resolve(file, target);
  if (!existsSync(path)) return false;
  return anchor === undefined || anchorsOf(documentOf(path)).includes(anchor);
}

function resolve(file: string, target: string): { path: string; anchor: string | undefined } {
  const [path = '', anchor] = target.split('#');
  return { path: path === '' ? file : normalize(join(dirname(file), path)).replace(/\/$/, ''), anchor };
}

/** A link to a folder shows all documents in it. */
function documentsAt(path: string): string[] {
  return DOCUMENTS.map(({ file }) => file).filter((file) => file === path || file.startsWith(`${path}/`));
}
