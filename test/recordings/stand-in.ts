import { randomUUID } from 'node:crypto';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import { generate } from 'selfsigned';
import { onTestFinished, vi } from 'vitest';
import { trustCa } from '../../tools/local-azure/local-azure.ts';
import type { Recording } from './recording.ts';

/** The hosts for which the stand-in has a certificate: adapters meet the real names, and the links with `:443`. */
const HOSTS = ['management.azure.com', '*.vault.azure.net', '*.eastus-1.eventgrid.azure.net', 'localhost'];

export interface StandIn {
  /** `<method> <path with query>` of each request but those that were only to be told to bring a token. */
  readonly requests: readonly string[];
  /** Of itself, for clients that know no proxy. */
  readonly origin: string;
}

/**
 * Answers in the place of the real hosts, each request with the first recording of its method and path that is left;
 * the last one stays. The clients come by a proxy, which is set for them in the environment.
 */
export async function standIn(recordings: readonly Recording[], challenge?: Recording): Promise<StandIn> {
  const left = [...recordings];
  const requests: string[] = [];
  const { ca, cert, key } = await certificate;
  const server = createHttpsServer({ cert, key }, (request, response) => {
    request.resume().on('end', () => {
      const { method = '', url = '', headers } = request;
      const isChallenged = challenge !== undefined && headers.authorization === undefined;
      const recording = isChallenged ? challenge : take(left, method, url);
      if (!isChallenged) requests.push(`${method} ${url}`);
      if (recording === undefined) response.writeHead(418).end();
      else response.writeHead(recording.status, recording.headers).end(textOf(recording));
    });
  });
  const port = await listen(server);
  const proxy = createProxy(port);
  const distrust = trustCa(ca);
  vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${await listen(proxy.server)}`);
  vi.stubEnv('NO_PROXY', 'localhost,127.0.0.1');
  onTestFinished(() => {
    vi.unstubAllEnvs();
    distrust();
    proxy.close();
    server.close();
    server.closeAllConnections();
  });
  return { requests, origin: `https://localhost:${port}` };
}

function textOf({ body }: Recording): string {
  return body === undefined ? '' : JSON.stringify(body);
}

/** Leads to the stand-in, whatever host it is asked for. */
function createProxy(port: number) {
  const open = new Set<Duplex>();
  const server = createHttpServer().on('connect', (_request, client: Duplex) => {
    const upstream = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('error', () => socket.destroy());
    }
  });
  const close = () => {
    server.close();
    for (const socket of open) socket.destroy();
  };
  return { server, close };
}

/** Versions of the API and page sizes differ between what was recorded and what the SDKs of today ask. */
function take(left: Recording[], method: string, url: string): Recording | undefined {
  const [path = '', query = ''] = url.split('?');
  const isNextPage = query.includes('skiptoken');
  const index = left.findIndex((recording) => {
    const [recordedPath = '', recordedQuery = ''] = recording.path.split('?');
    const fits = recording.method === method && recordedPath.toLowerCase() === path.toLowerCase();
    return fits && recordedQuery.includes('skiptoken') === isNextPage;
  });
  if (index < 0) return undefined;
  const isLast = !left.slice(index + 1).some((other) => sameRequest(other, left[index]));
  return isLast ? left[index] : left.splice(index, 1)[0];
}

function sameRequest(one: Recording, other: Recording | undefined): boolean {
  return one.method === other?.method && one.path === other.path;
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** One for all tests of a file. */
const certificate = createCertificate();

async function createCertificate(): Promise<{ ca: string; cert: string; key: string }> {
  const common = { keyType: 'ec', algorithm: 'sha256' } as const;
  const ca = await generate([{ name: 'commonName', value: `Recordings CA ${randomUUID()} (tests only)` }], {
    ...common,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...common,
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: HOSTS.map((value) => ({ type: 2 as const, value })) },
    ],
  });
  return { ca: ca.cert, cert: server.cert, key: server.private };
}
