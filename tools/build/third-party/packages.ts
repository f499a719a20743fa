import { readdirSync, readFileSync } from 'node:fs';

/** A package of others of which code is in a bundle. */
export interface ThirdParty {
  readonly name: string;
  readonly version: string;
  /** By SPDX. */
  readonly license: string;
  /** What the package brings along of licence and copyright. */
  readonly texts: readonly string[];
}

/** Nobody who gets the app has to do more for these than to keep their texts. Another one is a decision of people. */
const ALLOWED = new Set(['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT']);

const FOLDER = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;
/** The bundler's own, for modules of CommonJS. */
const RUNTIME = 'rolldown/runtime.js';

/** The packages that the modules of a bundle are from, by name and version. */
export function thirdParties(moduleIds: Iterable<string>): ThirdParty[] {
  const folders = new Set([...moduleIds].flatMap((id) => folderOf(id) ?? []));
  const packages = new Map<string, ThirdParty>();
  for (const folder of folders) {
    const found = readPackage(folder);
    packages.set(`${found.name}@${found.version}`, found);
  }
  return [...packages].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, found]) => found);
}

function folderOf(moduleId: string): string | undefined {
  const path = moduleId.replace('\0', '').replaceAll('\\', '/');
  return path === RUNTIME ? 'node_modules/rolldown' : FOLDER.exec(path)?.[0];
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: unknown;
  readonly author?: string | { readonly name: string };
}

function readPackage(folder: string): ThirdParty {
  const manifest = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8')) as Manifest;
  const { name, version, license } = manifest;
  if (typeof license !== 'string' || !ALLOWED.has(license)) {
    throw new Error(
      `${name} ${version} has the licence ${JSON.stringify(license)}, which nobody has allowed yet.`,
    );
  }
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice|copyright)/i.test(file));
  const texts = files.sort().map((file) => readFileSync(`${folder}/${file}`, 'utf8'));
  return { name, version, license, texts: texts.length > 0 ? texts : [standardText(manifest)] };
}

function standardText({ name, version, license, author }: Manifest): string {
  if (license !== 'MIT') throw new Error(`${name} ${version} brings no text of its licence, ${license}.`);
  const holder = typeof author === 'string' ? author : (author?.name ?? `the authors of ${name}`);
  return `Copyright (c) ${holder}\n\n${MIT}`;
}

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.
`;
