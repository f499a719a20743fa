import { type IncomingMessage, METHODS, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { decodeHeader, rawPath } from './http-request.ts';

/** The limits of Kestrel, the real host's web server, in bytes: its defaults, which the host leaves alone. */
const REQUEST_LINE = 8192;
const ALL_HEADERS = 32_768;

/** How long the rest of what is refused is taken off the line, so that a caller who still sends sees the answer. */
export const LINGER_MS = 5000;

/** Node itself has to let through what is to be judged here, and says of more than this not where it is. */
export const MAX_HEADER_SIZE = 1_048_576;

const HEADERS = 100;

type Refusal = 400 | 414 | 431 | 505;

/** The status with which Kestrel refuses a request before the host sees it. */
export function refusalOf(request: IncomingMessage): Refusal | undefined {
  const { method = '', url = '', httpVersionMajor, rawHeaders } = request;
  if (`${method} ${url} HTTP/1.1\r\n`.length > REQUEST_LINE) return 414;
  if (httpVersionMajor !== 1) return httpVersionMajor === 0 ? 400 : 505;
  if (/%00/.test(rawPath(request)) || isOfAnotherHost(request)) return 400;
  const size = rawHeaders.reduce((sum, text) => sum + text.length + ': '.length, 0);
  if (size > ALL_HEADERS || rawHeaders.length > 2 * HEADERS) return 431;
  if (!isHost(request)) return 400;
  return rawHeaders.some((text) => decodeHeader(text) === undefined) ? 400 : undefined;
}

/** The host fails with 500 before such a request reaches its function, whichever it is. */
export function isTooOddToPassOn(request: IncomingMessage): boolean {
  return (
    request.headers.host === '' ||
    request.rawHeaders.some((text) => /[\u0100-\uffff]/.test(decodeHeader(text) ?? ''))
  );
}

/** `GET http://another.example/ HTTP/1.1` with a `Host` of its own. */
function isOfAnotherHost({ url = '', headers }: IncomingMessage): boolean {
  if (url.startsWith('/') || url === '*') return false;
  const target = URL.canParse(url) ? new URL(url) : undefined;
  return !/^https?:$/.test(target?.protocol ?? '') || target?.host !== headers.host?.toLowerCase();
}

/** Kestrel takes one host and no address, in ASCII. */
function isHost({ headersDistinct: { host } }: IncomingMessage): boolean {
  return (
    host === undefined ||
    (host.length === 1 && /^([\w.~!$&'()*+,;=%-]*|\[[\da-f:.]+\])(:\d*)?$/i.test(host[0] ?? ''))
  );
}

/** A request that Node can't read: of a method that it does not know, which Kestrel takes, or with too much before its body. */
export function refuseUnread(error: Error & { code?: string; rawPacket?: Buffer }, socket: Socket): void {
  // It comes again with each further piece of what was refused, and the caller has to have sent it to see the answer.
  if (!socket.writable) return;
  setTimeout(() => socket.destroy(), LINGER_MS).unref();
  const text = error.rawPacket?.toString('latin1') ?? '';
  socket.end(`HTTP/1.1 ${statusOf(error.code, text)}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
}

function statusOf(code: string | undefined, text: string): string {
  const [, method] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) \S+ HTTP\/1\.[01]\r\n/.exec(text) ?? [];
  if (method !== undefined && !METHODS.includes(method)) return '404 Not Found';
  return code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
}

/** What is refused is not read: the connection ends with the answer. */
export function refuse(response: ServerResponse, status: Refusal): void {
  response.writeHead(status, { 'content-length': 0, connection: 'close' }).end();
}
