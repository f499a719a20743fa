import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { streamKeyChanges } from './key-changes.ts';
import { type KeyHolder, versionOf } from './key-holder.ts';
import { errorFields, type Log } from './log.ts';
import { loadPage } from './page.ts';
import { json, type Reply, writeReply } from './reply.ts';
import type { Webhook } from './webhook.ts';

export type ServerParts = { mapsEndpoint: string; holder: KeyHolder; webhook: Webhook; log: Log };

/** TLS ends before it: at App Service, Container Apps or a proxy. */
export function createMapServer(parts: ServerParts): Server {
  const page = loadPage(parts.mapsEndpoint);
  return createServer((request, response) => {
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Referrer-Policy', 'no-referrer');
    response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
    // Whatever was sent: `//` is no URL, and must not throw here, where nobody catches it.
    const [path = '/'] = (request.url ?? '/').split('?', 1);
    if (path === '/key-changes' && request.method === 'GET') {
      streamKeyChanges(response, parts.holder);
      return;
    }
    answer(path, request, page, parts)
      .then((reply) => writeReply(response, reply))
      .catch((error: unknown) => fail(response, error, parts.log));
  });
}

async function answer(
  path: string,
  request: IncomingMessage,
  page: ReadonlyMap<string, Reply>,
  { webhook, holder, mapsEndpoint }: ServerParts,
): Promise<Reply> {
  switch (`${request.method} ${path}`) {
    case 'OPTIONS /events':
      return webhook.handshake(request);
    case 'POST /events':
      return webhook.deliver(request);
    case 'GET /map-key':
      return mapKey(holder, mapsEndpoint);
    case 'GET /healthz':
      return { status: holder.current() ? 200 : 503 };
    case 'GET /favicon.ico':
      return { status: 204 };
    default:
      return (request.method === 'GET' && page.get(path)) || { status: 404 };
  }
}

/** Whoever can open the page can read the key, as with every map that runs in a browser by a shared key. */
function mapKey(holder: KeyHolder, mapsEndpoint: string): Reply {
  const key = holder.current();
  if (!key) return { status: 503, headers: { 'Retry-After': '2' } };
  const { value, keyLastUpdated } = key;
  return json(200, { key: value, version: versionOf(key), keyLastUpdated, mapsEndpoint });
}

function fail(response: ServerResponse, error: unknown, log: Log): void {
  log('error', 'A request failed.', errorFields(error));
  if (response.headersSent) response.destroy();
  else writeReply(response, { status: 500 });
}
