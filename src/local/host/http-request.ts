import type { IncomingMessage } from 'node:http';
import type { RpcHttpData, RpcNullable } from './rpc.ts';

/** An HTTP request as the real host tells it to a worker that takes `RpcHttpBodyOnly` and nullable values. */
export async function toRpcHttpRequest(
  request: IncomingMessage,
  params: Record<string, string>,
): Promise<RpcHttpData> {
  const body = await readBody(request);
  return {
    method: request.method ?? 'GET',
    url: requestUrl(request).href,
    nullableHeaders: toNullable(
      Object.entries(request.headersDistinct).map(([name, values]) => [name, joinHeader(name, values)]),
    ),
    nullableQuery: toNullable(joinQuery(requestUrl(request).searchParams)),
    nullableParams: toNullable(Object.entries(params)),
    // The real host looks at Content-Length only: a chunked body never reaches a Node function.
    ...(body.length > 0 && hasContentLength(request) ? { body: { bytes: body } } : {}),
  };
}

export function requestUrl(request: IncomingMessage): URL {
  const target = request.url ?? '/';
  const origin = `http://${request.headers.host ?? 'localhost'}`;
  return new URL(target.startsWith('/') ? `${origin}${target}` : target);
}

/** The path as it was sent: `URL` would already take away dot segments. */
export function rawPath(request: IncomingMessage): string {
  const target = (request.url ?? '/').replace(/^https?:\/\/[^/?#]*/i, '');
  return target.split(/[?#]/, 1)[0] || '/';
}

export function hasContentLength(request: IncomingMessage): boolean {
  return Number(request.headers['content-length'] ?? 0) > 0;
}

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

function joinHeader(name: string, values: string[] | undefined): string {
  return (values ?? []).join(name === 'cookie' ? '; ' : ',');
}

/** Values of a repeated name become one, joined by commas; names are the same without regard to case. */
function joinQuery(query: URLSearchParams): [string, string][] {
  const joined = new Map<string, [string, string]>();
  for (const [name, value] of query) {
    const found = joined.get(name.toLowerCase());
    joined.set(name.toLowerCase(), found ? [found[0], `${found[1]},${value}`] : [name, value]);
  }
  return [...joined.values()];
}

function toNullable(entries: [string, string][]): Record<string, RpcNullable<string>> {
  return Object.fromEntries(entries.map(([name, value]) => [name, { value }]));
}
