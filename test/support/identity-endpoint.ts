import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { vi } from 'vitest';

let answer: RequestListener = (_, response) => void response.writeHead(500).end();

/** One for all tests of a process: the SDK keeps the first address that it finds in the environment. */
const server = createServer((request, response) => answer(request, response));

/** An identity endpoint of App Service, as the SDK finds it, until the environment is no longer stubbed. */
export async function stubIdentityEndpoint(listener: RequestListener): Promise<void> {
  answer = listener;
  if (!server.listening) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    server.unref();
  }
  const { port } = server.address() as AddressInfo;
  vi.stubEnv('IDENTITY_ENDPOINT', `http://127.0.0.1:${port}/msi/token`);
  vi.stubEnv('IDENTITY_HEADER', 'secret');
}
