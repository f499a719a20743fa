import { Agent, createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describeRequest, type StorageService } from './storage-labels.ts';

/** One request to the storage account, as a test sees it pass. */
export interface StorageRequest {
  /** Such as `table batch start`, `table get rotation` or `queue send rotation`. */
  readonly label: string;
  /** The storage account. */
  readonly account: string;
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

export interface StorageAnswer {
  readonly status: number;
  readonly body: string;
}

/** `undefined` lets the request, or its answer, pass. */
export type Interference =
  | { readonly kind: 'drop' }
  | { readonly kind: 'answer'; readonly status: number; readonly code: string }
  | undefined;

/** The request is delivered twice, as by a network that repeats; `answered`: which answer the app gets. */
interface Twice {
  readonly kind: 'twice';
  readonly apartMs: number;
  readonly answered: 'first' | 'second';
}

/** `before`: nothing is done yet. `after`: it took effect, and the app has not seen the answer. Both are awaited. */
export interface StorageHook {
  before?(request: StorageRequest): Promise<Interference | Twice> | Interference | Twice;
  after?(request: StorageRequest, answer: StorageAnswer): Promise<Interference> | Interference;
}

export interface StorageProxy {
  /** The connection string of Azurite with the queue and table endpoints of the proxy. */
  through(connectionString: string): string;
  setHook(account: string, hook: StorageHook | undefined): void;
  close(): Promise<void>;
}

interface Upstream {
  readonly service: StorageService;
  readonly origin: URL;
  readonly agent: Agent;
}

/** Stands before Azurite's queues and tables. Signatures cover account and path but not the host, so they stay valid. */
export async function startStorageProxy(azurite: {
  queueUrl: string;
  tableUrl: string;
}): Promise<StorageProxy> {
  const hooks = new Map<string, StorageHook>();
  const agent = new Agent({ keepAlive: true });
  const start = async (service: StorageService, url: string) => {
    const upstream: Upstream = { service, origin: new URL(url), agent };
    const server = createServer((request, response) => {
      pass(upstream, hooks, request, response).catch(() => request.socket.destroy());
    });
    server.keepAliveTimeout = 60_000;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return { server, from: upstream.origin.origin, to: origin(server.address() as AddressInfo) };
  };
  const listening = await Promise.all([start('queue', azurite.queueUrl), start('table', azurite.tableUrl)]);
  return {
    through: (connectionString) =>
      listening.reduce((text, { from, to }) => text.replace(from, to), connectionString),
    setHook(account, hook) {
      if (hook === undefined) hooks.delete(account);
      else hooks.set(account, hook);
    },
    async close() {
      await Promise.all(
        listening.map(({ server }) => {
          const closed = new Promise<void>((resolve) => server.close(() => resolve()));
          server.closeAllConnections();
          return closed;
        }),
      );
      agent.destroy();
    },
  };
}

function origin({ port }: AddressInfo): string {
  return `http://127.0.0.1:${port}`;
}

async function pass(
  upstream: Upstream,
  hooks: ReadonlyMap<string, StorageHook>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readAll(request);
  const { method = 'GET', url: path = '/' } = request;
  const account = path.split(/[/?]/)[1] ?? '';
  const hook = hooks.get(account);
  const seen: StorageRequest = {
    account,
    method,
    path,
    body: body.toString('utf8'),
    label: describeRequest(upstream.service, method, path, body.toString('utf8')),
  };
  const early = await hook?.before?.(seen);
  if (early !== undefined && early.kind !== 'twice') return interfere(early, response);
  const deliver = async () => {
    const answer = await forward(upstream, request, body);
    const late = await hook?.after?.(seen, { status: answer.status, body: answer.body.toString('utf8') });
    return { answer, late };
  };
  const first = await deliver();
  const second = early && sleep(early.apartMs).then(deliver);
  second?.catch(() => undefined);
  const { answer, late } = early?.answered === 'second' && second ? await second : first;
  if (late !== undefined) return interfere(late, response);
  response.writeHead(answer.status, answer.headers).end(answer.body);
}

/** The error as the storage services write it, which is how the SDKs tell what to do. */
function interfere(interference: NonNullable<Interference>, response: ServerResponse): void {
  if (interference.kind === 'drop') {
    response.destroy();
    return;
  }
  const { status, code } = interference;
  const xml = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>By the test.</Message></Error>`;
  response.writeHead(status, { 'content-type': 'application/xml', 'x-ms-error-code': code }).end(xml);
}

interface Answer extends Omit<StorageAnswer, 'body'> {
  readonly headers: string[];
  readonly body: Buffer;
}

function forward({ origin: to, agent }: Upstream, incoming: IncomingMessage, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = send(
      {
        host: to.hostname,
        port: to.port,
        method: incoming.method,
        path: incoming.url,
        headers: incoming.rawHeaders,
        agent,
      },
      (answer) => {
        readAll(answer).then((read) => {
          const headers = answer.rawHeaders.flatMap((name, i, all) =>
            i % 2 === 0 && !HOP_BY_HOP.test(name) ? [name, all[i + 1] ?? ''] : [],
          );
          resolve({ status: answer.statusCode ?? 502, headers, body: read });
        }, reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const HOP_BY_HOP = /^(connection|keep-alive|transfer-encoding|content-length)$/i;

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
