import { AzureMapsManagementClient } from '@azure/arm-maps';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { trustCa } from '../../tools/local-azure/server/trust.ts';
import { type RunningApp, startApp } from '../support/running-app.ts';
import {
  accountId,
  errorOf,
  GROUP,
  json,
  regenerate,
  type Stage,
  SUBSCRIPTION,
  startStage,
} from './stage.ts';
import { startTlsFront } from './tls-front.ts';

const READ = 'Rotations.Read';
const ROTATE = 'Rotations.Rotate';
const KEYS = 'Keys.Read';
const UNKNOWN = '0199c0de-0000-7000-8000-000000000000';

let stage: Stage;
let entra: RunningApp;

beforeAll(async () => {
  stage = await startStage();
  entra = await startApp({ environment: { ...stage.environment, HTTP_AUTH: 'entra' } });
});
afterAll(async () => {
  await entra?.close();
  await stage?.close();
});

const regenerationsOf = (id: string) =>
  stage.azure.regenerations.filter((regeneration) => regeneration.accountId === id);

interface Route {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly roles: readonly string[];
}

const ROUTES: readonly Route[] = [
  {
    ...{ name: 'regenerateKey', method: 'POST', path: `/api${accountId('auth')}/regenerateKey` },
    roles: [ROTATE, KEYS],
  },
  { name: 'rotateAccount', method: 'POST', path: `/api${accountId('auth')}/rotate`, roles: [ROTATE] },
  { name: 'listRotations', method: 'GET', path: '/api/rotations', roles: [READ] },
  { name: 'planRotations', method: 'GET', path: '/api/rotations/plan', roles: [READ] },
  { name: 'getRotation', method: 'GET', path: `/api/rotations/${UNKNOWN}`, roles: [READ] },
  { name: 'openapi', method: 'GET', path: '/api/openapi.json', roles: [READ] },
];

/** Without a function key, as somebody from outside. */
function send(app: RunningApp, { method, path }: Route, headers: Record<string, string> = {}) {
  const body = method === 'POST' ? '{"keyType":"primary"}' : undefined;
  return fetch(app.url + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body }),
  });
}

describe('HTTP_AUTH=key', () => {
  test.each(ROUTES)('SEC-04: $name is closed to those without the function key', async (route) => {
    const without = await send(stage.app, route);
    const wrong = await send(stage.app, route, { 'x-functions-key': 'wrong' });
    const principal = await send(stage.app, route, asPrincipal(READ, ROTATE, KEYS));

    expect([without.status, wrong.status, principal.status]).toStrictEqual([401, 401, 401]);
    expect(stage.azure.calls).toStrictEqual([]);
  });

  test('SEC-03: a function key in the address works, and shows up nowhere', async () => {
    const id = stage.add('code');
    const code = encodeURIComponent(stage.app.functionKey);

    const good = await fetch(
      `${stage.app.url}/api${id}/regenerateKey?code=${code}`,
      json({ keyType: 'primary' }),
    );
    const bad = await fetch(`${stage.app.url}/api${id}/regenerateKey?code=${code}&x=1`, json({}));
    const listed = await fetch(`${stage.app.url}/api/rotations?top=1&code=${code}`);

    const answers = [good, bad, listed];
    const told = await Promise.all(answers.map((answer) => answer.text()));
    expect(answers.map(({ status }) => status)).toStrictEqual([200, 400, 200]);
    expect(JSON.stringify([told, answers.map(({ headers }) => [...headers])])).not.toContain(
      stage.app.functionKey,
    );
    expect(JSON.stringify(stage.app.log)).not.toContain(stage.app.functionKey);
    expect(JSON.stringify(stage.app.log)).not.toContain('code=');
  });

  test('SEC-03: what the app asks of Azure carries nothing of its callers', async () => {
    const calls = JSON.stringify(stage.azure.calls);

    expect(stage.azure.calls.length).toBeGreaterThan(0);
    expect(calls).not.toContain(stage.app.functionKey);
  });
});

function principalOf(principal: unknown): Record<string, string> {
  return { 'x-ms-client-principal': Buffer.from(JSON.stringify(principal)).toString('base64') };
}

/** As App Service writes it for an app of Microsoft Entra ID. */
function asPrincipal(...roles: string[]): Record<string, string> {
  return principalOf({
    auth_typ: 'aad',
    claims: [
      { typ: 'aud', val: 'api://maps-key-rotation' },
      { typ: 'name', val: KEYS },
      ...roles.map((val) => ({ typ: 'roles', val })),
    ],
    name_typ: 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
    role_typ: 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role',
  });
}

describe('HTTP_AUTH=entra', () => {
  test.each(ROUTES)('$name: 401 without a principal, also with a function key', async (route) => {
    const without = await send(entra, route);
    const withKey = await send(entra, route, { 'x-functions-key': entra.functionKey });

    expect([without.status, withKey.status]).toStrictEqual([401, 401]);
    expect(without.headers.get('www-authenticate')).toBe('Bearer');
    expect(await errorOf(without)).toMatchObject({
      code: 'Unauthorized',
      message: expect.stringContaining('sent no X-MS-CLIENT-PRINCIPAL'),
    });
  });

  test.each<[string, string]>([
    ['an empty one', ''],
    ['no Base64', '{"claims":[]}'],
    ['no JSON', Buffer.from('roles=Rotations.Rotate').toString('base64')],
    ['null', Buffer.from('null').toString('base64')],
    ['a string', Buffer.from('"Rotations.Rotate"').toString('base64')],
    ['a list', Buffer.from('[]').toString('base64')],
    ['claims that are no list', Buffer.from('{"claims":"roles"}').toString('base64')],
    ['a claim that is null', Buffer.from('{"claims":[null]}').toString('base64')],
    ['a claim without a type', Buffer.from('{"claims":[{"val":"Keys.Read"}]}').toString('base64')],
  ])('a malformed principal (%s) is none', async (_name, principal) => {
    const response = await send(entra, ROUTES[0] as Route, { 'x-ms-client-principal': principal });

    expect(response.status).toBe(401);
    expect(await errorOf(response)).toMatchObject({
      code: 'Unauthorized',
      message: expect.stringContaining('X-MS-CLIENT-PRINCIPAL of this request can not be read'),
    });
  });

  test.each(ROUTES.flatMap((route) => route.roles.map((missing) => ({ ...route, missing }))))(
    '$name: 403 without $missing, and it says so',
    async ({ missing, ...route }) => {
      const others = [READ, ROTATE, KEYS].filter((role) => role !== missing);

      const response = await send(entra, route, asPrincipal(...others));

      expect(response.status).toBe(403);
      expect(await errorOf(response)).toStrictEqual({
        code: 'MissingAppRole',
        target: missing,
        message: expect.stringContaining(missing),
      });
    },
  );

  test.each<[string, unknown]>([
    ['a scope', { claims: [{ typ: 'scp', val: `${ROTATE} ${KEYS}` }], role_typ: 'roles' }],
    ['roles in one claim', { claims: [{ typ: 'roles', val: `${ROTATE} ${KEYS}` }] }],
    [
      'roles in capitals',
      { claims: [ROTATE, KEYS].map((val) => ({ typ: 'roles', val: val.toUpperCase() })) },
    ],
    ['no claims', { auth_typ: 'aad', claims: [] }],
  ])('%s gives no role', async (_name, principal) => {
    const response = await send(entra, ROUTES[0] as Route, principalOf(principal));

    expect(response.status).toBe(403);
  });

  test.each<[string, unknown]>([
    ['roles', { claims: [ROTATE, KEYS].map((val) => ({ typ: 'roles', val })) }],
    [
      'the type that role_typ names',
      { claims: [ROTATE, KEYS].map((val) => ({ typ: 'x', val })), role_typ: 'x' },
    ],
  ])('with its roles as %s, a caller gets the keys', async (name, principal) => {
    const id = stage.add(`entra-${name.length}`);

    const response = await fetch(
      `${entra.url}/api${id}/regenerateKey`,
      json({ keyType: 'primary' }, principalOf(principal)),
    );

    expect(response.status).toBe(200);
    expect(await response.json()).toStrictEqual(stage.azure.accounts.keys(id));
  });

  test('Prefer: return=minimal needs no Keys.Read', async () => {
    const id = stage.add('entra-minimal');
    const headers = { ...asPrincipal(ROTATE), prefer: 'return=minimal' };

    const response = await regenerate(entra, id, 'primary', headers);

    expect(response.status).toBe(200);
    expect(Object.keys((await response.json()) as object)).toStrictEqual([
      'primaryKeyLastUpdated',
      'secondaryKeyLastUpdated',
    ]);
    expect(regenerationsOf(id)).toHaveLength(1);
  });

  test('the other routes need the one role each', async () => {
    const id = stage.add('entra-rotate', { tags: { 'key-rotation': 'enabled' } });
    const rotate = { name: '', method: 'POST', path: `/api${id}/rotate?force=true`, roles: [] };

    const rotated = await send(entra, rotate, asPrincipal(ROTATE));
    const listed = await send(entra, ROUTES[2] as Route, asPrincipal(READ));
    const found = await send(entra, ROUTES[4] as Route, asPrincipal(READ));
    const health = await fetch(`${entra.url}/api/health`);

    expect([rotated, listed, found, health].map(({ status }) => status)).toStrictEqual([200, 200, 404, 200]);
  });

  test('the official client works with the credential scopes of the app', async () => {
    const id = stage.add('entra-client');
    const scopes: unknown[] = [];
    const front = await startTlsFront(entra.url, ({ authorization }) =>
      authorization === 'Bearer of-the-app' ? asPrincipal(ROTATE, KEYS) : {},
    );
    const distrust = trustCa(front.ca);
    const credential = {
      getToken: async (asked: unknown) => {
        scopes.push(asked);
        return { token: 'of-the-app', expiresOnTimestamp: Date.now() + 3_600_000 };
      },
    };
    const client = new AzureMapsManagementClient(credential, SUBSCRIPTION, {
      endpoint: `${front.url}/api`,
      credentialScopes: 'api://maps-key-rotation/.default',
    });

    const keys = await client.accounts.regenerateKeys(GROUP, 'entra-client', { keyType: 'secondary' });
    distrust();
    await front.close();

    expect({ ...keys }).toStrictEqual(stage.azure.accounts.keys(id));
    expect(scopes.flat()).toContain('api://maps-key-rotation/.default');
  });
});
