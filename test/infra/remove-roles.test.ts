import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const run = promisify(execFile);
const HOME = '33333333-3333-3333-3333-333333333333';
const OTHER = '11111111-1111-1111-1111-111111111111';

/** Answers like the Azure CLI of an installation that has one assignment in each subscription, and writes down its calls. */
const AZ = `#!/usr/bin/env bash
echo "$*" >>"$(dirname "$0")/calls"
subscription=$(grep -oE -- '--subscription [^ ]+' <<<"$*" | cut -d' ' -f2)
case "$*" in
  'identity list '*) echo app-principal ;;
  'eventgrid topic list '*) echo topic-principal ;;
  'role assignment list '*app-principal*) echo "/subscriptions/$subscription/assignments/app" ;;
  'role definition list '*Rotator*) echo "role-of-$subscription" ;;
  'role definition list '*Secret\\ Writer*) [[ $subscription == 6* ]] && echo writer-of-vault ;;
esac
`;

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(`${tmpdir()}/remove-roles-`);
  await writeFile(`${folder}/az`, AZ);
  await chmod(`${folder}/az`, 0o755);
});
afterAll(() => rm(folder, { recursive: true }));

async function removeRoles(
  scopes: string,
  settings: Readonly<Record<string, string>> = {},
  ...more: string[]
): Promise<string[]> {
  await rm(`${folder}/calls`, { force: true });
  const env = {
    ...process.env,
    PATH: `${folder}${delimiter}${process.env.PATH}`,
    AZURE_ENV_NAME: 'prod',
    AZURE_SUBSCRIPTION_ID: HOME,
    ROTATION_SCOPES: scopes,
    ...settings,
  };
  await run('bash', ['infra/remove-roles.sh', ...more], { env });
  return (await readFile(`${folder}/calls`, 'utf8')).trim().split('\n');
}

test('removing takes away assignments and custom role in every subscription of the scopes, the role last', async () => {
  const scopes = `/subscriptions/${OTHER}/resourceGroups/rg-maps,/SUBSCRIPTIONS/${OTHER}`;

  const calls = await removeRoles(scopes);

  expect(calls.filter((call) => call.includes(' delete '))).toEqual([
    `role assignment delete --ids /subscriptions/${OTHER}/assignments/app`,
    `role definition delete --name role-of-${OTHER} --scope /subscriptions/${OTHER}`,
    `role assignment delete --ids /subscriptions/${HOME}/assignments/app`,
    `role definition delete --name role-of-${HOME} --scope /subscriptions/${HOME}`,
  ]);
});

test('removing looks for the roles of this installation alone', async () => {
  const calls = await removeRoles(`/subscriptions/${HOME}`);

  const main = await readFile('infra/main.bicep', 'utf8');
  const lists = calls.filter((call) => / list /.test(call) && !call.startsWith('role assignment'));
  expect(lists).toHaveLength(4);
  expect(lists.slice(0, 2).every((call) => call.includes("azd-env-name\"=='prod'"))).toBe(true);
  expect(lists[2]).toContain("starts_with(roleName, 'Azure Maps Key Rotator (prod,')");
  expect(lists[3]).toContain("starts_with(roleName, 'Azure Maps Key Secret Writer (prod,')");
  expect(main).toMatch(/'Azure Maps Key Rotator \(\$\{environmentName\}, /);
  expect(main).toMatch(/'Azure Maps Key Secret Writer \(\$\{environmentName\}, /);
});

test('removing takes away what is in the subscription of a vault that is another one', async () => {
  const vault = '66666666-6666-6666-6666-666666666666';

  const calls = await removeRoles(`/subscriptions/${HOME}`, {
    KEY_VAULT: `/subscriptions/${vault}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv`,
  });

  expect(calls).toContain(`role assignment delete --ids /subscriptions/${vault}/assignments/app`);
  expect(calls).toContain(`role definition delete --name writer-of-vault --scope /subscriptions/${vault}`);
});

test('removing looks in the subscription of an event destination where that is given', async () => {
  const destination = '55555555-5555-5555-5555-555555555555';

  const calls = await removeRoles(`/subscriptions/${HOME}`, {}, destination);

  expect(calls.some((call) => call.startsWith('role assignment list') && call.includes(destination))).toBe(
    true,
  );
});

test('azd takes roles away before it takes the rest', async () => {
  const azure = await readFile('azure.yaml', 'utf8');

  expect(azure).toMatch(/predown:\n {4}shell: sh\n {4}run: bash infra\/remove-roles\.sh/);
});
