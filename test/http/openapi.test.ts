import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ACCOUNT_ERRORS } from '../../src/web/openapi/account-errors.ts';
import { VAULT_ERROR_CODES } from '../../src/web/openapi/service-errors.ts';
import type { OpenApiDocument } from '../../src/web/openapi/types.ts';
import { type Described, describedBy } from '../support/described.ts';
import { ACCOUNT_CALLS, SERVICE_CALLS } from './openapi-account-calls.ts';
import { type Apps, asPrincipal, startApps } from './openapi-apps.ts';
import { GUARD_CALLS, get, READ_CALLS } from './openapi-calls.ts';
import { ORDER_CALLS, POLICY_CALLS } from './openapi-own-calls.ts';

/** What no test can bring about from outside in short: an error of ours, races that last, and a long outage. */
const NOT_PROVOKED: readonly string[] = [
  '500 InternalError',
  '503 AccountBusy',
  '404 AccountReplaced',
  '503 NotCarriedOut',
  '503 ReadingUnproved',
  '503 StateSavedTooSlowly',
  '503 TooManyEventsPending',
  // An app that has just used its vault does not ask for these; test/adapters/key-vault/key-vault.test.ts has them.
  ...VAULT_ERROR_CODES.filter((code) => ACCOUNT_ERRORS[code].status === 403).map((code) => `403 ${code}`),
];

let apps: Apps;
let key: Described;
let entra: Described;

beforeAll(async () => {
  apps = await startApps();
  const read = async (response: Response) => describedBy((await response.json()) as OpenApiDocument);
  key = await read(await get('/api/openapi.json')(apps));
  entra = await read(
    await fetch(`${apps.entra.url}/api/openapi.json`, { headers: asPrincipal('Rotations.Read') }),
  );
});
afterAll(() => apps?.close());

const CALLS = [
  ...GUARD_CALLS,
  ...READ_CALLS,
  ...ACCOUNT_CALLS,
  ...SERVICE_CALLS,
  ...ORDER_CALLS,
  ...POLICY_CALLS,
];

test('every HTTP function of the app is described, and nothing else', async () => {
  const listed = await fetch(`${apps.key.url}/admin/functions`, {
    headers: { 'x-functions-key': apps.key.masterKey },
  });

  const functions = (await listed.json()) as { name: string; config: { bindings: Binding[] } }[];
  const routes = functions.flatMap(({ name, config }) =>
    config.bindings
      .filter(({ type }) => type === 'httpTrigger')
      .flatMap(({ route, methods }) =>
        methods.map((method) => `${name}: ${method.toLowerCase()} ${toPath(route)}`),
      ),
  );
  for (const { operations } of [key, entra]) {
    const described = operations.map(({ operationId, method, path }) => `${operationId}: ${method} ${path}`);
    expect(described.sort()).toStrictEqual(routes.sort());
  }
});

interface Binding {
  readonly type: string;
  readonly route: string;
  readonly methods: readonly string[];
}

/** A route without what narrows its parameters. */
function toPath(route: string): string {
  return `/${route.replace(/\{(\w+):[^}]*\}/g, '{$1}')}`;
}

describe('each operation answers as described', () => {
  const named = CALLS.map((call) => ({
    ...call,
    name: `${call.operationId}: ${call.answer} ${call.about ?? ''}`,
  }));

  test.each(named)('$name', async ({ operationId, answer, app, echoes, send }) => {
    const response = await send(apps);

    const described = app === 'entra' ? entra : key;
    const body = (await described.check(operationId, response)) as { error?: { code: string } } | undefined;
    const code = response.status < 400 ? undefined : body?.error?.code;
    expect([response.status, code].join(' ').trim()).toBe(answer);
    expect(response.headers.get('x-ms-error-code')).toBe(code ?? null);
    expect(response.headers.get('x-ms-client-request-id')).toBe(echoes ?? null);
    const waits = code !== undefined && [429, 503].includes(response.status);
    if (waits) expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
  });
});

test('each answer that is described was had', () => {
  const described = [key, entra].flatMap(({ operations }) =>
    operations.flatMap(({ operationId, answers }) => answers.map((answer) => `${operationId}: ${answer}`)),
  );
  const had = new Set(CALLS.map(({ operationId, answer }) => `${operationId}: ${answer}`));

  const ofServices = SERVICE_CALLS.map(({ answer }) => answer);
  const missing = [...new Set(described)].filter(
    (answer) => !had.has(answer) && !ofServices.some((other) => answer.endsWith(`: ${other}`)),
  );

  const unexpected = missing.filter((answer) => !NOT_PROVOKED.some((other) => answer.endsWith(`: ${other}`)));
  // Storage is signed in to by connection string here, and the document itself needs none.
  const withoutToken = ['planRotations', 'listRotations', 'getRotation', 'openapi'];
  expect(new Set(unexpected)).toStrictEqual(
    new Set([
      'openapi: 503 StorageUnavailable',
      ...withoutToken.map((operation) => `${operation}: 503 IdentityUnavailable`),
    ]),
  );
});

test('a page of the plan as CSV has the next one in a described header', async () => {
  for (const name of ['paged-1', 'paged-2', 'paged-3']) apps.stage.add(name);

  const response = await get('/api/rotations/plan', { accept: 'text/csv' })(apps);

  expect(response.headers.get('link')).toMatch(/^<http/);
  await key.check('planRotations', response);
});
