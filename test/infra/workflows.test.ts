import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { matches } from './deployments.ts';

const FOLDER = '.github/workflows';
const FILES = readdirSync(FOLDER);
const read = (file: string) => readFileSync(`${FOLDER}/${file}`, 'utf8');

test.each(FILES)('%s pins every action by its commit, and names the version', (file) => {
  const uses = matches(read(file), /^\s*(?:- )?uses: (.+)$/gm);

  expect(uses.length).toBeGreaterThan(0);
  expect(uses.filter((action) => !/[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
});

test.each(FILES)('%s may read the repository and nothing more, unless a job says so', (file) => {
  const text = read(file);

  expect(text).toMatch(/^permissions:\n {2}contents: read\n\n/m);
  expect(matches(text, /: (write)\b/g)).toHaveLength(file === 'deploy.yml' ? 1 : 0);
});

test.each(FILES)('%s has no secret, and leaves no token behind', (file) => {
  const text = read(file);

  expect(text).not.toContain('secrets.');
  expect(matches(text, /uses: actions\/checkout/g).length).toBe(
    matches(text, /persist-credentials: false/g).length,
  );
});

test('deployment signs in by OIDC in a protected environment, apart from where dependencies run', () => {
  const [, build = '', deploy = ''] = read('deploy.yml').split(/^ {2}(?:build|deploy):\n/m);

  expect(deploy).toMatch(/environment: \$\{\{ inputs\.environment \}\}/);
  expect(deploy).toContain('id-token: write');
  expect(deploy).toMatch(/client-id: \$\{\{ vars\.\w+ \}\}\n\s+tenant-id: .+\n\s+subscription-id: /);
  expect(deploy).not.toContain('npm');
  expect(build).toContain('npm ci');
});

test('deployment gives the template all that its parameter file reads', () => {
  const wanted = matches(readFileSync('infra/main.bicepparam', 'utf8'), /readEnvironmentVariable\('(\w+)'/g);

  expect(
    wanted.filter((name) => !read('deploy.yml').includes(`      ${name}: \${{ vars.${name} }}`)),
  ).toEqual([]);
  expect(wanted.filter((name) => !readFileSync('docs/deploy.md', 'utf8').includes(name))).toEqual([]);
});

test('CI has the compiler that the tests of the template need', () => {
  const text = read('ci.yml');

  expect(text.indexOf('dotnet restore infra/tools/bicep.csproj')).toBeGreaterThan(0);
  expect(text.indexOf('dotnet restore')).toBeLessThan(text.indexOf('.ci/run'));
});
