import type { IncomingMessage } from 'node:http';
import { readSetting } from '../settings.ts';
import type { RpcHttpData, RpcNullable } from '../worker/rpc.ts';

/** An HTTP request as the real host tells it to a worker that takes `RpcHttpBodyOnly` and nullable values. */
export async function toRpcHttpRequest(
  request: IncomingMessage,
  params: Record<string, string>,
): Promise<RpcHttpData> {
  // The real host looks at Content-Length only: a chunked body is not even read.
  const body = hasContentLength(request) ? await readBody(request) : Buffer.alloc(0);
  return {
    method: request.method ?? 'GET',
    url: requestUrl(request).href,
    nullableHeaders: toNullable(
      Object.entries(request.headersDistinct).map(([name, values]) => [name, joinHeader(name, values)]),
    ),
    nullableQuery: toNullable(joinQuery(requestUrl(request).searchParams)),
    nullableParams: toNullable(Object.entries(params)),
    ...(body.length > 0 && { body: { bytes: body } }),
  };
}

export function requestUrl(request: IncomingMessage): URL {
  // Other than for `URL`, what follows `#` belongs to the path or query.
  const target = (request.url ?? '/').replaceAll('#', '%23');
  const origin = `http://${request.headers.host ?? 'localhost'}`;
  return new URL(target.startsWith('/') ? `${origin}${target}` : target);
}

/** The path as it was sent: `URL` would already take away dot segments. */
export function rawPath(request: IncomingMessage): string {
  const target = (request.url ?? '/').replace(/^https?:\/\/[^/?#]*/i, '');
  return target.split('?', 1)[0] || '/';
}

export function hasContentLength(request: IncomingMessage): boolean {
  return Number(request.headers['content-length'] ?? 0) > 0;
}

/** Thrown where a body is larger than the host takes. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/**
 * The real host reads a body whole before a function sees the request. It stops at `FUNCTIONS_REQUEST_BODY_SIZE_LIMIT`,
 * or at 100 MB where that is not set; here an unset one is what `infra/` sets.
 */
const DEPLOYED_LIMIT = 2_097_152;

/** Reads no more than the host takes: what is said to be larger is not read at all. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const limit = Number(readSetting(process.env, 'FUNCTIONS_REQUEST_BODY_SIZE_LIMIT') || DEPLOYED_LIMIT);
  if (Number(request.headers['content-length'] ?? 0) > limit) throw new BodyTooLargeError();
  const chunks: Buffer[] = [];
  let size = 0;
  // The request must outlive a loop that is left: its answer goes by the same connection.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += (chunk as Buffer).length;
    if (size > limit) throw new BodyTooLargeError();
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** The real host's web server reads headers as UTF-8, where Node takes each byte for a character. */
export function decodeHeader(text: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(text, 'latin1'));
  } catch {
    return undefined;
  }
}

function joinHeader(name: string, values: string[] | undefined): string {
  return decodeHeader((values ?? []).join(name === 'cookie' ? '; ' : ',')) ?? '';
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
