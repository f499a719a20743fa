import { type AppName, type Apps, asPrincipal } from './openapi-apps.ts';
import { accountId, json, regenerate } from './stage.ts';

/** One request, and the answer that it must have: its status, and its code where it is an error. */
export interface Call {
  readonly operationId: string;
  readonly answer: string;
  /** What else it is about, where one answer is had in several ways. */
  readonly about?: string;
  /** Whose answer it is. */
  readonly app?: AppName;
  /** The caller's own id, which the answer must have. */
  readonly echoes?: string;
  send(apps: Apps): Promise<Response>;
}

export const UNKNOWN = '0199c0de-0000-7000-8000-000000000000';

/** As a browser says of what another site's page sends. */
const CROSS_SITE = { 'sec-fetch-site': 'cross-site' };

/** A good request to each operation that asks who calls. */
const GUARDED: Readonly<Record<string, { readonly path: string; readonly init?: RequestInit }>> = {
  regenerateKey: { path: `/api${accountId('guarded')}/regenerateKey`, init: json({ keyType: 'primary' }) },
  rotateAccount: { path: `/api${accountId('guarded')}/rotate`, init: { method: 'POST' } },
  planRotations: { path: '/api/rotations/plan' },
  listRotations: { path: '/api/rotations' },
  getRotation: { path: `/api/rotations/${UNKNOWN}` },
  openapi: { path: '/api/openapi.json' },
};

/** What each operation that asks who calls answers alike. */
export const GUARD_CALLS: readonly Call[] = Object.entries(GUARDED).flatMap(
  ([operationId, { path, init = {} }]): Call[] => {
    const send = (app: AppName, query: string, headers: Record<string, string>) => (apps: Apps) =>
      fetch(`${apps[app].url}${path}${query}`, {
        ...init,
        headers: { ...(init.headers as Record<string, string>), ...headers },
      });
    const keyed =
      (app: AppName, query = '') =>
      (apps: Apps) =>
        send(app, query, { 'x-functions-key': apps.key.functionKey })(apps);
    const call = (answer: string, sender: Call['send'], app?: AppName): Call => ({
      ...{ operationId, answer, send: sender },
      ...(app && { app }),
    });
    return [
      call('400 InvalidQueryParameter', keyed('key', '?nonsense=1')),
      call('400 InvalidApiVersionParameter', keyed('key', '?api-version=2021-02-01')),
      call('401', send('key', '', {})),
      call('401 Unauthorized', send('entra', '', {}), 'entra'),
      call('403 MissingAppRole', send('entra', '', asPrincipal('Nothing')), 'entra'),
      ...(init.method === 'POST'
        ? [call('403 CrossSiteRequest', send('entra', '', { ...asPrincipal(), ...CROSS_SITE }), 'entra')]
        : []),
      call('500 InvalidConfiguration', keyed('misconfigured')),
      // The document needs no storage.
      ...(operationId === 'openapi' ? [] : [call('503 StorageUnavailable', keyed('storageless'))]),
    ];
  },
);

export const get =
  (path: string, headers: Record<string, string> = {}): Call['send'] =>
  (apps) =>
    apps.key.fetch(path, { headers });

/** Both states of a rotation that a caller sees most. */
const rotated = (name: string, fails: boolean): Call['send'] => {
  return async ({ stage, key }) => {
    const id = stage.add(name);
    if (fails) stage.azure.faults.add({ operation: 'regenerateKey', account: id, status: 403 });
    const response = await regenerate(key, id);
    return key.fetch(`/api/rotations/${response.headers.get('x-ms-rotation-id')}`);
  };
};

const ASKING = {
  'x-ms-client-request-id': '7c9e6679-7425-40de-944b-e07fc1f90ae7',
  'x-ms-return-client-request-id': 'true',
};

/** The operations that only tell. */
export const READ_CALLS: readonly Call[] = [
  { operationId: 'planRotations', answer: '200', about: 'JSON', send: get('/api/rotations/plan') },
  {
    ...{ operationId: 'planRotations', answer: '200', about: 'after the timers ran' },
    async send(apps) {
      for (const timer of ['rotateDueAccounts', 'reconcileRotations']) await apps.key.invoke(timer);
      return get('/api/rotations/plan')(apps);
    },
  },
  {
    ...{ operationId: 'planRotations', answer: '200', about: 'CSV' },
    send: get('/api/rotations/plan', { accept: 'text/csv' }),
  },
  {
    ...{ operationId: 'planRotations', answer: '200', about: 'a scope that can not be listed' },
    send: async (apps) => {
      apps.stage.azure.faults.add({ operation: 'listAccounts', status: 403 });
      return get('/api/rotations/plan')(apps);
    },
  },
  {
    ...{ operationId: 'planRotations', answer: '400 InvalidSkipToken' },
    send: get('/api/rotations/plan?skipToken=abc'),
  },
  { operationId: 'listRotations', answer: '200', send: get('/api/rotations?top=1') },
  { operationId: 'listRotations', answer: '400 InvalidParameter', send: get('/api/rotations?top=0') },
  { operationId: 'getRotation', answer: '200', about: 'completed', send: rotated('told', false) },
  { operationId: 'getRotation', answer: '200', about: 'failed', send: rotated('told-failed', true) },
  { operationId: 'getRotation', answer: '400 InvalidParameter', send: get('/api/rotations/latest') },
  { operationId: 'getRotation', answer: '404 RotationNotFound', send: get(`/api/rotations/${UNKNOWN}`) },
  { operationId: 'health', answer: '200', send: ({ key }) => fetch(`${key.url}/api/health`) },
  {
    ...{ operationId: 'health', answer: '503', about: 'wrong settings' },
    send: ({ misconfigured }) => fetch(`${misconfigured.url}/api/health`),
  },
  ...(
    [
      ['status', '/api/status'],
      ['eventSchema', '/api/schemas/KeyRegenerated'],
    ] as const
  ).map(
    ([operationId, path]): Call => ({
      ...{ operationId, answer: '200', about: 'wrong settings' },
      send: ({ misconfigured }) => fetch(`${misconfigured.url}${path}`),
    }),
  ),
  { operationId: 'openapi', answer: '200', send: get('/api/openapi.json') },
  { operationId: 'status', answer: '200', send: get('/api/status') },
  ...(
    [
      ['planRotations', '/api/rotations/plan'],
      ['getRotation', `/api/rotations/${UNKNOWN}`, '404 RotationNotFound'],
      ['health', '/api/health'],
      ['openapi', '/api/openapi.json'],
      ['status', '/api/status'],
      ['eventSchema', '/api/schemas/KeyRegenerated'],
    ] as const
  ).map(
    ([operationId, path, answer = '200']): Call => ({
      ...{ operationId, answer, about: 'with the caller’s own id', send: get(path, ASKING) },
      echoes: ASKING['x-ms-client-request-id'],
    }),
  ),
  { operationId: 'eventSchema', answer: '200', send: get('/api/schemas/KeyRegenerated') },
  { operationId: 'eventSchema', answer: '404 EventTypeNotFound', send: get('/api/schemas/KeyExpired') },
];
