import type { AccountStore, KeyHolder } from '../arm/accounts.ts';
import { header, type Incoming, type Reply, type Work } from '../server/http.ts';
import { mapTile } from './map-tile.ts';

export type MapsContext = {
  store: AccountStore;
  /** How long a regenerated key is still refused. */
  keyAcceptanceDelayMs: number;
};

type Route = { path: string; apiVersions: readonly string[]; answer(query: URLSearchParams): Reply };

const tile = mapTile();
const zoomLimit = 22;

/** What Azure Maps adds to each answer: also which region answered, so that one 200 proves a key in one region. */
const always = {
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'x-ms-azuremaps-region': 'West Europe',
  'Access-Control-Allow-Origin': '*',
};

const routes: readonly Route[] = [
  {
    path: '/map/copyright/caption/json',
    apiVersions: ['2022-08-01', '2024-04-01'],
    answer: () => ({
      status: 200,
      body: { formatVersion: '0.0.1', copyrightsCaption: '© TomTom' },
    }),
  },
  { path: '/map/tile', apiVersions: ['2022-08-01', '2024-04-01'], answer: answerTile },
];

export function isMapsPath(path: string): boolean {
  return path.startsWith('/map/');
}

/** https://learn.microsoft.com/rest/api/maps/render, by shared key only. */
export function mapsWork(incoming: Incoming, context: MapsContext): Work {
  const { method, url } = incoming;
  const route = method === 'GET' ? routes.find(({ path }) => path === url.pathname) : undefined;
  const account = context.store.holderOf(keyOf(incoming) ?? '')?.account;
  return {
    operation: route ? 'mapsRequest' : 'other',
    account: account?.name ?? null,
    accountId: account?.id ?? null,
    latency: true,
    run: () => (method === 'OPTIONS' ? preflight(incoming) : answer(route, incoming, context)),
    fail: mapsFault,
    headers: () => always,
  };
}

function answer(route: Route | undefined, incoming: Incoming, context: MapsContext): Reply {
  if (!route) return mapsError(404, '404 NotFound', 'The path is not known.');
  const key = keyOf(incoming);
  if (key === null) return keyMissing();
  if (!isAccepted(context.store.holderOf(key), context.keyAcceptanceDelayMs)) return keyInvalid();
  const query = incoming.url.searchParams;
  if (!route.apiVersions.includes(query.get('api-version') ?? '')) {
    return badRequest(`The api-version must be one of ${route.apiVersions.join(', ')}.`);
  }
  return route.answer(query);
}

function keyOf(incoming: Incoming): string | null {
  return header(incoming, 'subscription-key') ?? incoming.url.searchParams.get('subscription-key');
}

function isAccepted(holder: KeyHolder | undefined, delayMs: number): boolean {
  if (!holder || holder.account.seed.disableLocalAuth) return false;
  return holder.regeneratedAt === null || performance.now() - holder.regeneratedAt >= delayMs;
}

function answerTile(query: URLSearchParams): Reply {
  if (!query.get('tilesetId')) return badRequest('The tilesetId is missing.');
  const [zoom, x, y] = ['zoom', 'x', 'y'].map((name) => toIndex(query.get(name)));
  if (zoom === undefined || zoom > zoomLimit) return badRequest(`The zoom is 0 to ${zoomLimit}.`);
  if (x === undefined || y === undefined || Math.max(x, y) >= 2 ** zoom) {
    return badRequest('There is no such tile at this zoom.');
  }
  return { status: 200, body: tile, headers: { 'Content-Type': 'image/png' } };
}

function toIndex(text: string | null): number | undefined {
  return text !== null && /^\d{1,8}$/.test(text) ? Number(text) : undefined;
}

/** A web page may send the key as a header only if it is told so. No recording shows how Azure Maps tells it. */
function preflight(incoming: Incoming): Reply {
  const asked = header(incoming, 'access-control-request-headers');
  return {
    status: 204,
    headers: {
      'Access-Control-Allow-Methods': 'GET, OPTIONS',
      'Access-Control-Max-Age': '86400',
      ...(asked && { 'Access-Control-Allow-Headers': asked }),
    },
  };
}

/** No recording shows how it answers where there is no key at all. */
function keyMissing(): Reply {
  const reply = mapsError(401, 'Unauthorized', 'Access denied, please inspect WWW-Authenticate header.');
  const realm = 'realm="https://atlas.microsoft.com/"';
  return { ...reply, headers: { 'WWW-Authenticate': `Bearer ${realm}, SharedKey ${realm}` } };
}

function keyInvalid(): Reply {
  const message = 'The provided key was incorrect or the account resource does not exist.';
  // The quotation mark that is missing after the realm is missing in Azure Maps too.
  const challenge = `SharedKey realm="https://atlas.microsoft.com/, error="InvalidKey", error_description="${message}"`;
  return {
    status: 401,
    body: { error: { code: 'InvalidKey', message, target: 'WWW-Authenticate', details: [] } },
    headers: { 'WWW-Authenticate': challenge },
  };
}

function badRequest(message: string): Reply {
  return mapsError(400, '400 BadRequest', message);
}

function mapsError(status: number, code: string, message: string): Reply {
  return { status, body: { error: { code, message } } };
}

/** What a fault answers where it gives no body of its own. Recorded are the codes of 400 and of a 401. */
function mapsFault(status: number, given: string | undefined): Reply {
  if (status < 400) return { status };
  if (status === 401 && given === undefined) return keyInvalid();
  const codes: Record<number, string> = {
    400: '400 BadRequest',
    403: '403 Forbidden',
    404: '404 NotFound',
    429: '429 TooManyRequests',
    503: '503 ServiceUnavailable',
  };
  return mapsError(status, given ?? codes[status] ?? '500 InternalServerError', 'The request failed.');
}
