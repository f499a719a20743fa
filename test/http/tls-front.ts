import { type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { localCertificate } from '../../tools/local-azure/server/certificate.ts';

/** What stands before the app in Azure: TLS, and a connection that can break. */
export interface TlsFront {
  readonly url: string;
  readonly ca: string;
  /** What came in, oldest first. */
  readonly requests: readonly { readonly path: string; readonly headers: IncomingHttpHeaders }[];
  /** The next answers are thrown away, and their connections with them. */
  dropAnswers(count: number): void;
  close(): Promise<void>;
}

/** `added`: the headers that a platform puts on a request which it let in. */
export async function startTlsFront(
  appUrl: string,
  added: (headers: IncomingHttpHeaders) => Record<string, string> = () => ({}),
): Promise<TlsFront> {
  const certificate = await localCertificate();
  const { hostname, port } = new URL(appUrl);
  const requests: TlsFront['requests'][number][] = [];
  let drops = 0;

  const forward = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { method, url: path = '/', headers } = incoming;
    requests.push({ path, headers });
    const onward = request(
      { hostname, port, method, path, headers: { ...headers, ...added(headers) } },
      (answer) => {
        if (drops > 0) {
          drops -= 1;
          answer.resume();
          outgoing.destroy();
          return;
        }
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  };

  const server = createServer({ cert: certificate.cert, key: certificate.key }, forward);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    ca: certificate.ca,
    requests,
    dropAnswers(count) {
      drops = count;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await certificate.discard();
    },
  };
}
