import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalAzure, startLocalAzure } from '../../tools/local-azure/local-azure.ts';
import { type Stage, startStage } from '../http/stage.ts';
import { startTlsFront, type TlsFront } from '../http/tls-front.ts';
import { FAST_APP } from '../support/global-setup.ts';
import { type CommandResult, command } from './support/command.ts';

const AUDIENCE = 'api://maps-key-rotation';
const OTHER_AUDIENCE = 'https://management.azure.com';
const READ = 'Rotations.Read';
const ROTATE = 'Rotations.Rotate';

let stage: Stage;
let front: TlsFront;
/** The identity of the machine on which the command runs. */
let machine: LocalAzure;
let folder: string;
let roles: readonly string[] = [];
const results: CommandResult[] = [];

beforeAll(async () => {
  stage = await startStage({
    appDirectory: FAST_APP,
    environment: { HTTP_AUTH: 'entra' },
  });
  machine = await startLocalAzure({ armAudiences: [AUDIENCE, OTHER_AUDIENCE] });
  front = await startTlsFront(stage.app.url, ({ authorization }) =>
    machine.tokens.check(authorization, [AUDIENCE]).ok ? principal(roles) : {},
  );
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
  writeFileSync(join(folder, 'ca.pem'), front.ca);
});
afterAll(async () => {
  await front?.close();
  await stage?.close();
  await machine?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** As the platform's sign-in writes it for a token that it found good. */
function principal(granted: readonly string[]): Record<string, string> {
  const claims = granted.map((val) => ({ typ: 'roles', val }));
  return { 'x-ms-client-principal': Buffer.from(JSON.stringify({ claims })).toString('base64') };
}

async function run(words: readonly string[], env: Record<string, string> = {}): Promise<CommandResult> {
  const { identityEndpoint, identityHeader } = machine;
  const result = await command(words, {
    env: {
      MAPS_KEY_ROTATION_URL: front.url,
      MAPS_KEY_ROTATION_AUDIENCE: AUDIENCE,
      IDENTITY_ENDPOINT: identityEndpoint,
      IDENTITY_HEADER: identityHeader,
      NODE_EXTRA_CA_CERTS: join(folder, 'ca.pem'),
      ...env,
    },
  });
  results.push(result);
  return result;
}

test('a token of the machine’s identity opens the app', async () => {
  roles = [READ, ROTATE];
  const id = stage.add('entra', { tags: { 'key-rotation': 'enabled' } });

  const rotate = await run(['rotate', id, '--yes', '--force', '--json']);
  const history = await run(['history', '--json', '--debug']);

  expect([rotate.code, history.code]).toStrictEqual([0, 0]);
  expect(JSON.parse(history.stdout)).toMatchObject({ value: [{ accountId: id, state: 'completed' }] });
  expect(history.stderr).toContain('/api/rotations: 200');
});

test('an answer that gets lost does not make it regenerate twice', async () => {
  roles = [READ, ROTATE];
  const id = stage.add('lost', { tags: { 'key-rotation': 'enabled' } });
  front.dropAnswers(2);

  const { code } = await run(['rotate', id, '--yes', '--force']);

  const sent = front.requests.filter(({ path }) => path.includes('/lost/rotate'));
  expect(code).toBe(0);
  expect(sent).toHaveLength(3);
  expect(new Set(sent.map(({ headers }) => headers['repeatability-request-id'])).size).toBe(1);
  expect(stage.azure.regenerations.filter(({ accountId }) => accountId === id)).toHaveLength(1);
});

test('a missing app role ends with 4, and is named', async () => {
  roles = [READ];

  const { code, stderr } = await run(['rotate', stage.add('no-role'), '--yes']);

  expect(code).toBe(4);
  expect(stderr).toContain(ROTATE);
});

test('a token for something else ends with 4', async () => {
  roles = [READ];

  const { code, stderr } = await run(['plan', '--audience', OTHER_AUDIENCE]);

  expect(code).toBe(4);
  expect(stderr).toContain('Unauthorized');
});

test('where nobody is signed in, it says so and ends with 4', async () => {
  const { code, stdout, stderr } = await run(['plan', '--json'], {
    AZURE_TOKEN_CREDENTIALS: 'AzureCliCredential',
    PATH: folder,
  });

  expect(code).toBe(4);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'NoToken' }, exitCode: 4 });
  expect(stderr).toContain('az login');
});

test('a front whose certificate nobody vouches for gets no request', async () => {
  const before = front.requests.length;

  const { code, stderr } = await run(['plan'], { NODE_EXTRA_CA_CERTS: '' });

  expect(code).toBe(5);
  expect(stderr).toContain('certificate is not trusted');
  expect(front.requests).toHaveLength(before);
});

test('no token was ever printed', () => {
  const tokens = front.requests.flatMap(({ headers }) => headers.authorization?.split(' ')[1] ?? []);

  expect(tokens.length).toBeGreaterThan(0);
  for (const token of tokens) expect(JSON.stringify(results)).not.toContain(token);
});
