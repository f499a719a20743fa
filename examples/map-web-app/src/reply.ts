import type { ServerResponse } from 'node:http';

export type Reply = {
  status: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
};

export function writeReply(response: ServerResponse, { status, headers = {}, body = '' }: Reply): void {
  response.writeHead(status, { 'Cache-Control': 'no-store', ...headers });
  response.end(body);
}

export function json(status: number, value: unknown): Reply {
  return { status, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) };
}
