import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface StubRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** `hang`: no answer ever; `drop`: the connection breaks. */
export type StubAnswer =
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
    }
  | 'hang'
  | 'drop';

/** A server that answers what an app, or something before it, might. */
export interface StubApp {
  readonly url: string;
  readonly requests: readonly StubRequest[];
  close(): Promise<void>;
}

/** The answers in turn; the last one stays. */
export async function startStubApp(...answers: readonly StubAnswer[]): Promise<StubApp> {
  const requests: StubRequest[] = [];
  const server = createServer((request, response) => {
    const { method = '', url: path = '', headers } = request;
    const answer = answers[Math.min(requests.length, answers.length - 1)] ?? {};
    requests.push({ method, path, headers });
    write(response, answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function write(response: ServerResponse, answer: StubAnswer): void {
  if (answer === 'hang') return;
  if (answer === 'drop') {
    response.destroy();
    return;
  }
  const { status = 200, headers = {}, body = {} } = answer;
  const isText = typeof body === 'string';
  response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', ...headers });
  response.end(isText ? body : JSON.stringify(body));
}

export function planned(name: string, more: object = {}): object {
  const accountId = accountIdOf(name);
  return { accountId, decision: 'not-due', keyType: 'secondary', overdue: false, ...more };
}

export function rotated(name: string, more: object = {}): object {
  return {
    rotationId: '01a2138c-2881-7403-ac1f-38b7f65c1457',
    accountId: accountIdOf(name),
    keyType: 'secondary',
    state: 'completed',
    trigger: 'http',
    reason: 'requested',
    attempt: 0,
    updatedAt: '2026-11-25T16:31:22.318Z',
    ...more,
  };
}

export function accountIdOf(name: string, group = 'rg-maps'): string {
  return `/subscriptions/21a9967a-e8a9-4656-a70b-96ff1c4d05a0/resourceGroups/${group}/providers/Microsoft.Maps/accounts/${name}`;
}
