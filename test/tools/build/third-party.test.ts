import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { rolldown } from 'rolldown';
import { afterAll, describe, expect, test } from 'vitest';
import { thirdParties } from '../../../tools/build/third-party/packages.ts';

interface Sbom {
  readonly bomFormat: string;
  readonly specVersion: string;
  readonly metadata: { readonly component: { readonly name: string; readonly version: string } };
  readonly components: readonly { readonly name: string; readonly purl: string }[];
}

const sbomOf = (folder: string) => JSON.parse(readFileSync(`${folder}/sbom.cdx.json`, 'utf8')) as Sbom;
const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'));

/** The packages of which a bundle of these entries has code, found without the code that is tested here. */
async function packagesOf(inputs: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const input of inputs) {
    const resolve = { mainFields: ['module', 'main'] };
    const external = [/functions-core$/, /status-page/];
    const bundle = await rolldown({ input, platform: 'node', resolve, external });
    const { output } = await bundle.generate({ format: 'esm' });
    await bundle.close();
    for (const id of output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []))) {
      const at = id.lastIndexOf('/node_modules/');
      if (at < 0) continue;
      const [first = '', second = ''] = id.slice(at + '/node_modules/'.length).split('/');
      const name = first.startsWith('@') ? `${first}/${second}` : first;
      const { version, license } = read(`${id.slice(0, at)}/node_modules/${name}/package.json`);
      found.add(`${name} ${version} (${license})`);
    }
  }
  return [...found].sort();
}

describe.each([
  ['dist', ['src/main.ts', 'src/web/page/main.tsx'], 80],
  ['dist-cli', ['src/cli/main.ts'], 40],
  ['dist-events', ['src/subscriber/index.ts'], 1],
])('SEC-09: %s', (folder, inputs, atLeast) => {
  test('has each package of which it has code in its notices and its bill of materials', async () => {
    const packages = await packagesOf(inputs);
    const notices = readFileSync(`${folder}/THIRD-PARTY-NOTICES.txt`, 'utf8').split('\n');
    const purls = sbomOf(folder).components.map(({ purl }) => purl);
    const toPurl = (line: string) =>
      `pkg:npm/${line.replace('@', '%40').replace(/ \(.*/, '').replace(' ', '@')}`;

    expect(packages.length).toBeGreaterThanOrEqual(atLeast);
    expect(packages.filter((line) => !notices.includes(line))).toEqual([]);
    expect(packages.filter((line) => !purls.includes(toPurl(line)))).toEqual([]);
    expect(purls.filter((purl) => !packages.map(toPurl).includes(purl) && !/\/rolldown@/.test(purl))).toEqual(
      [],
    );
  });

  test('has a bill of materials that is as CycloneDX has it', () => {
    const sbom = sbomOf(folder);
    const schemas = 'node_modules/@cyclonedx/cyclonedx-library/res/schema';
    const ajv = new Ajv({ strict: false, validateFormats: false });
    for (const name of ['spdx', 'jsf-0.82', 'cryptography-defs']) {
      const file = `${name}.SNAPSHOT.schema.json`;
      ajv.addSchema(read(`${schemas}/${file}`), `http://cyclonedx.org/schema/${file}`);
    }

    expect(ajv.validate(read(`${schemas}/bom-1.6.SNAPSHOT.schema.json`), sbom) ? [] : ajv.errors).toEqual([]);
    expect(sbom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6' });
    expect(sbom.metadata.component).toMatchObject({
      name: 'maps-key-rotation',
      version: read('package.json').version,
    });
    expect(JSON.stringify(sbom)).not.toMatch(/timestamp|serialNumber/);
  });
});

test('SEC-09: the notices have each copyright and each text of a licence', () => {
  const notices = readFileSync('dist/THIRD-PARTY-NOTICES.txt', 'utf8');

  expect(notices).toContain(
    'zod 4.6.7 (MIT)\n    Copyright (c) 2025 Colin McDonnell\n'.replace(
      '4.6.7',
      read('node_modules/zod/package.json').version,
    ),
  );
  expect(notices).toContain('Permission is hereby granted, free of charge');
  expect(notices).toContain('TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION');
});

describe('SEC-09: a package whose licence', () => {
  const folder = mkdtempSync(join(tmpdir(), 'packages-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function bundled(manifest: object, text?: string): string[] {
    const own = mkdtempSync(join(folder, 'app-'));
    mkdirSync(`${own}/node_modules/some/dist`, { recursive: true });
    writeFileSync(
      `${own}/node_modules/some/package.json`,
      JSON.stringify({ name: 'some', version: '1.0.0', ...manifest }),
    );
    if (text !== undefined) writeFileSync(`${own}/node_modules/some/LICENSE`, text);
    return [`${own}/node_modules/some/dist/index.js`];
  }

  test.each([
    { license: 'GPL-3.0-only' },
    { license: '(MIT OR GPL-3.0-only)' },
    { license: 'UNLICENSED' },
    {},
  ])('nobody has allowed is not bundled: %j', (manifest) => {
    const modules = bundled(manifest, 'Some text');

    expect(() => thirdParties(modules)).toThrow('some 1.0.0 has the licence');
  });

  test('is MIT, and comes without a text, has the text that MIT asks for', () => {
    const [found] = thirdParties(bundled({ license: 'MIT', author: 'Somebody' }));

    expect(found?.texts.join()).toMatch(/^Copyright \(c\) Somebody\n\nPermission is hereby granted/);
  });

  test('is another one, and comes without a text, is not bundled', () => {
    const modules = bundled({ license: 'Apache-2.0' });

    expect(() => thirdParties(modules)).toThrow('brings no text');
  });
});
