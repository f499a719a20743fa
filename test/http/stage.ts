import { request } from 'node:http';
import { openApiDocument } from '../../src/web/openapi/openapi.ts';
import { type Azurite, startAzurite } from '../../tools/azurite.ts';
import {
  type AccountSeed,
  type LocalAzure,
  type LocalAzureOptions,
  startLocalAzure,
} from '../../tools/local-azure/local-azure.ts';
import { describedBy } from '../support/described.ts';
import { type RunningApp, startApp } from '../support/running-app.ts';

export const SUBSCRIPTION = '21a9967a-e8a9-4656-a70b-96ff1c4d05a0';
export const GROUP = 'rg-Maps';

export interface StageOptions {
  readonly appDirectory?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly azure?: LocalAzureOptions;
}

/** The app with all that is around it. */
export interface Stage {
  readonly azure: LocalAzure;
  readonly azurite: Azurite;
  readonly app: RunningApp;
  /** What every app of this stage is started with. */
  readonly environment: Readonly<Record<string, string>>;
  /** Adds an account for one test; returns its ARM id. */
  add(name: string, seed?: Partial<AccountSeed>): string;
  close(): Promise<void>;
}

export async function startStage(options: StageOptions = {}): Promise<Stage> {
  // The accounts of the tests are there already.
  const there = { updatingMs: 0, ...options.azure };
  const [azure, azurite] = await Promise.all([startLocalAzure(there), startAzurite()]);
  const environment = {
    ...azure.environment(),
    AzureWebJobsStorage: azurite.connectionString,
    ROTATION_SCOPES: `/subscriptions/${SUBSCRIPTION}`,
    ...options.environment,
  };
  const { appDirectory } = options;
  const started = await startApp({ environment, ...(appDirectory !== undefined && { appDirectory }) });
  const app = heldToContract(started, environment);
  return {
    azure,
    azurite,
    app,
    environment,
    add: (name, seed = {}) =>
      azure.accounts.add({ subscriptionId: SUBSCRIPTION, resourceGroup: GROUP, name, ...seed }),
    async close() {
      await app.close();
      await Promise.all([azure.close(), azurite.close()]);
    },
  };
}

/** Whatever a test is about, each answer that it gets must be as the app's own contract says. */
function heldToContract(app: RunningApp, { HTTP_AUTH }: Readonly<Record<string, string>>): RunningApp {
  const contract = describedBy(openApiDocument(HTTP_AUTH === 'entra' ? 'entra' : 'key'));
  return {
    ...app,
    async fetch(path, init = {}) {
      const response = await app.fetch(path, init);
      const { pathname } = new URL(path, app.url);
      const operation = contract.find(init.method ?? 'GET', pathname);
      const isOfHost = !response.headers.has('x-ms-request-id');
      if (operation && !isOfHost) await contract.check(operation.operationId, response.clone());
      return response;
    },
  };
}

export function accountId(name: string, group = GROUP, subscription = SUBSCRIPTION): string {
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Maps/accounts/${name}`;
}

/** A POST of JSON. */
export function json(body: unknown, headers: Record<string, string> = {}): RequestInit {
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

export function regenerate(
  app: RunningApp,
  id: string,
  keyType: 'primary' | 'secondary' = 'primary',
  headers: Record<string, string> = {},
): Promise<Response> {
  return app.fetch(`/api${id}/regenerateKey`, json({ keyType }, headers));
}

export interface ErrorBody {
  readonly error: { readonly code: string; readonly message: string; readonly target?: string };
}

export async function errorOf(response: Response): Promise<ErrorBody['error']> {
  return ((await response.json()) as ErrorBody).error;
}

export interface RawRequest {
  readonly method?: string;
  /** As it goes over the wire: `fetch` would tidy it up. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Uint8Array;
}

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Sends what `fetch` would refuse or change: odd paths, repeated headers, bodies without a type. */
export function raw(
  url: string,
  { method = 'POST', path, headers = {}, body }: RawRequest,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const flat = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
    );
    const length = body === undefined ? 0 : Buffer.byteLength(body);
    const call = request(
      { hostname, port, path, method, headers: { 'content-length': String(length), ...flat } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}
