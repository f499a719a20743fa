import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { binary, writeGenerated } from './tools.ts';
import type { RecordedExchange, Traffic } from './traffic.ts';

/** What Prism, between caller and app, has against requests and answers: by their place in the traffic. */
export async function prismFindings({ exchanges, documents }: Traffic): Promise<Map<number, Violation[]>> {
  const app = await replay(exchanges);
  const found = new Map<number, Violation[]>();
  try {
    for (const auth of ['key', 'entra'] as const) {
      const proxy = await startProxy(writeGenerated(`served-${auth}.json`, documents[auth]), app.url);
      try {
        for (const [index, exchange] of exchanges.entries()) {
          if (exchange.auth === auth) found.set(index, await sendThrough(proxy.url, exchange, index));
        }
      } finally {
        await proxy.close();
      }
    }
  } finally {
    app.close();
  }
  return found;
}

/** As Prism tells it in the header `sl-violations`. */
export interface Violation {
  readonly location: readonly string[];
  readonly severity: string;
  readonly message: string;
}

const INDEX = 'x-exchange';

/** What a caller sends; the platform's sign-in makes of it the header that the app was sent. */
const TOKEN = { authorization: 'Bearer token' };

/** The app as it answered. */
async function replay(exchanges: readonly RecordedExchange[]) {
  const server = createServer((request, reply) => {
    request.resume().on('end', () => {
      const { response } = exchanges[Number(request.headers[INDEX])] ?? {};
      const {
        'transfer-encoding': _,
        connection: __,
        'keep-alive': ___,
        ...headers
      } = response?.headers ?? {};
      reply.writeHead(response?.status ?? 500, headers).end(response?.body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => server.close(),
  };
}

async function startProxy(document: string, upstream: string) {
  const port = await freePort();
  const args = ['proxy', document, upstream, '--port', String(port), '--host', '127.0.0.1'];
  const child = spawn(binary('prism'), args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await listening(child);
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      child.kill();
      await once(child, 'exit');
    },
  };
}

function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk;
      if (said.includes('is listening on')) resolve();
    });
    child.once('exit', (code) => reject(new Error(`Prism ended with ${code}: ${said}`)));
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function sendThrough(
  proxy: string,
  { auth, request: { method, url, headers, body } }: RecordedExchange,
  index: number,
): Promise<Violation[]> {
  const { pathname, search } = new URL(url);
  // Prism leaves the path of the server out of what it looks for.
  const response = await fetch(`${proxy}${pathname.replace(/^\/api/, '')}${search}`, {
    method,
    headers: { ...headers, ...(auth === 'entra' && TOKEN), [INDEX]: String(index) },
    ...(body !== '' && { body }),
  });
  await response.text();
  const violations = response.headers.get('sl-violations');
  return violations === null ? [] : JSON.parse(violations);
}
