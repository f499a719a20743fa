import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { LocalAzure } from '../../../../tools/local-azure/local-azure.ts';
import { call, post } from '../helpers.ts';

export type Received = { method: string; path: string; headers: IncomingHttpHeaders; body: unknown };

type Webhook = {
  endpoint: string;
  received: Received[];
  /** Deliveries only. */
  posts(): Received[];
  ids(): string[];
};

export type Answers = {
  /** The handshake's status and headers; null never answers. */
  options?: { status: number; headers?: Record<string, string> } | null;
  /** The status of each POST, in their order, the last one for all that follow; null never answers. */
  posts?: readonly (number | null)[];
  secure?: LocalAzure;
};

export const agreed = {
  status: 200,
  headers: { 'WebHook-Allowed-Origin': 'eventgrid.azure.net', 'WebHook-Allowed-Rate': '*' },
};

/** A subscriber that notes what it gets. */
export async function startWebhook({
  options = agreed,
  posts = [200],
  secure,
}: Answers = {}): Promise<Webhook> {
  const received: Received[] = [];
  const deliveries = () => received.filter(({ method }) => method === 'POST');
  const listener: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const { method = '', url = '', headers } = request;
    received.push({ method, path: url, headers, body: text === '' ? undefined : JSON.parse(text) });
    const status = posts[Math.min(deliveries().length, posts.length) - 1];
    if (method === 'OPTIONS') {
      if (options) response.writeHead(options.status, options.headers).end();
    } else if (typeof status === 'number') response.writeHead(status).end();
  };
  const server = secure ? createHttpsServer(secure.certificate, listener) : createServer(listener);
  const origin = `${secure ? 'https://localhost' : 'http://127.0.0.1'}:${await listen(server)}`;
  return {
    endpoint: `${origin}/events?code=secret`,
    received,
    posts: deliveries,
    ids: () => deliveries().map(({ body }) => (body as { id: string }).id),
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

export function cloudEvent(id: string, more: Record<string, unknown> = {}) {
  return { specversion: '1.0', id, source: '/accounts/maps1', type: 'KeyRegenerated', ...more };
}

/** To the topic, as a publisher would. */
export async function publish(azure: LocalAzure, ...events: unknown[]): Promise<void> {
  const path = `${azure.topicEndpoint.slice(azure.endpoint.length)}?api-version=2018-01-01`;
  const type = { 'content-type': 'application/cloudevents-batch+json' };
  const { status } = await call(azure, path, post(events, type));
  if (status !== 200) throw new Error(`the topic answered ${status}`);
}

export async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('it did not come about in 10 s');
    await sleep(5);
  }
}
