import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { Operation } from '../types.ts';

export type Reply = {
  status: number;
  headers?: Record<string, string>;
  /** A string or a buffer is sent as it is, anything else as JSON, undefined as nothing. */
  body?: unknown;
  changed?: boolean;
};

export type Incoming = {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  body: string;
  bytes: number;
};

/** What a request asks for, read from its address alone; `run` checks the rest and does it. */
export type Work = {
  operation: Operation | 'other';
  account: string | null;
  accountId: string | null;
  /** The name of the secret that it is about. */
  secret?: string;
  latency: boolean;
  run(): Reply;
  /** A failure in the service's own shape, for faults; `headers` are those that the fault gives. */
  fail(status: number, code: string | undefined, headers?: Record<string, string>): Reply;
  /** Headers of each answer of the service. */
  headers(): Record<string, string>;
};

const bodyLimit = 8 * 1024 * 1024;

export async function readIncoming(request: IncomingMessage): Promise<Incoming> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= bodyLimit) chunks.push(chunk);
  }
  return {
    method: request.method ?? 'GET',
    url: new URL(request.url ?? '/', 'https://localhost'),
    headers: request.headers,
    body: Buffer.concat(chunks).toString('utf8'),
    bytes,
  };
}

export function writeReply(response: ServerResponse, reply: Reply, now: Date, midway = false): void {
  const bytes = toBytes(reply.body);
  const headers: Record<string, string> = { Date: now.toUTCString(), 'Content-Length': String(bytes.length) };
  if (bytes.length > 0) headers['Content-Type'] = 'application/json; charset=utf-8';
  response.writeHead(reply.status, { ...headers, ...reply.headers });
  if (!midway) {
    response.end(bytes);
    return;
  }
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
}

function toBytes(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body), 'utf8');
}

/** A map key may stand in a query: it must not come into any record. */
export function pathWithoutKey(url: URL): string {
  const secret = [...url.searchParams.keys()].filter((name) => name.toLowerCase() === 'subscription-key');
  if (secret.length === 0) return url.pathname + url.search;
  const shown = new URL(url);
  for (const name of secret) shown.searchParams.delete(name);
  return shown.pathname + shown.search;
}

export function header(incoming: Incoming, name: string): string | null {
  const value = incoming.headers[name];
  return typeof value === 'string' ? value : null;
}

/** The media type without its parameters, lower-case. */
export function mediaType(incoming: Incoming): string {
  return (header(incoming, 'content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

export function parseJson(text: string): { ok: true; value: unknown } | { ok: false } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false };
  }
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
