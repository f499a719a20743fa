import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TableClient } from '@azure/data-tables';
import type { TokenCredential } from '@azure/identity';
import { QueueClient } from '@azure/storage-queue';
import { describe, expect, type TestContext, test } from 'vitest';
import { forCaller } from '../../src/adapters/callers-time.ts';
import { createWorkQueue } from '../../src/adapters/queue/work-queue.ts';
import { withoutWaiting } from '../../src/adapters/sdk-retries.ts';
import { storageTryPolicy } from '../../src/adapters/storage-tries.ts';
import { getRow } from '../../src/adapters/table/table-calls.ts';
import { TokenError } from '../../src/app/token-error.ts';

const KEY = Buffer.from('key of tests').toString('base64');

/** A storage account that leaves so many requests unanswered, or is busy, and then answers. */
async function storage(unanswered: number, { onTestFinished }: TestContext, busyFor?: number) {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    request.resume();
    if (requests <= unanswered && busyFor !== undefined) {
      response.writeHead(503, { 'retry-after': String(busyFor) }).end();
      return;
    }
    if (requests <= unanswered) return;
    const isQueue = request.url?.includes('messages');
    response.writeHead(isQueue ? 201 : 200, {
      'content-type': isQueue ? 'application/xml' : 'application/json',
      date: new Date().toUTCString(),
    });
    response.end(isQueue ? MESSAGE : '{"PartitionKey":"a","RowKey":"b","odata.etag":"c"}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const at = `http://127.0.0.1:${port}/account`;
  const connectionString = `DefaultEndpointsProtocol=http;AccountName=account;AccountKey=${KEY};TableEndpoint=${at};QueueEndpoint=${at};`;
  return { connectionString, requests: () => requests };
}

const MESSAGE =
  '<?xml version="1.0" encoding="utf-8"?><QueueMessagesList><QueueMessage><MessageId>1</MessageId></QueueMessage></QueueMessagesList>';

function table(connectionString: string): TableClient {
  const retries = withoutWaiting({ maxRetries: 2, retryDelayInMs: 20, maxRetryDelayInMs: 50 });
  return TableClient.fromConnectionString(connectionString, 'rotations', {
    allowInsecureConnection: true,
    ...retries,
    additionalPolicies: [...retries.additionalPolicies, { policy: storageTryPolicy, position: 'perRetry' }],
  });
}

const send = (connectionString: string) =>
  createWorkQueue(new QueueClient(connectionString, 'rotations', { retryOptions: { maxTries: 1 } })).send(
    { kind: 'rotation', rotationId: '01a2138c-2881-7403-ac1f-38b7f65c1457', attempt: 0 },
    0,
  );
const read = (connectionString: string) => getRow(table(connectionString), 'a', 'b');

/** With two seconds left, a try of a caller ends after a second at least. */
const inHaste = (seconds: number, work: () => Promise<unknown>) => {
  const end = performance.now() / 1000 + seconds;
  return forCaller(() => end - performance.now() / 1000, work);
};

describe.concurrent.each([
  ['the table', read],
  ['the queue', send],
] as const)('HTTP-09: %s', (_, call) => {
  test('is asked again after one answer that does not come', { timeout: 10_000 }, async (context) => {
    const { connectionString, requests } = await storage(1, context);

    await call(connectionString);

    expect(requests()).toBe(2);
  });

  test('is asked three times, and no more', { timeout: 20_000 }, async (context) => {
    const { connectionString, requests } = await storage(9, context);

    await expect(call(connectionString)).rejects.toThrow();

    expect(requests()).toBe(3);
  });

  test('is asked for as long as the caller waits, and answers at once then', {
    timeout: 10_000,
  }, async (context) => {
    const { connectionString, requests } = await storage(9, context);
    const startedAt = performance.now();

    await expect(inHaste(1.5, () => call(connectionString))).rejects.toThrow();

    expect(performance.now() - startedAt).toBeLessThan(3500);
    expect(requests()).toBeLessThanOrEqual(2);
  });

  test('is still asked once after the caller’s time, so that what is known can be saved', async (context) => {
    const { connectionString, requests } = await storage(0, context);

    await inHaste(-1, () => call(connectionString));

    expect(requests()).toBe(1);
  });
});

describe('WAIT-01: a table that is busy', () => {
  test('for longer than anybody waits is not waited for', async (context) => {
    const { connectionString, requests } = await storage(9, context, 30);
    const startedAt = performance.now();

    await expect(read(connectionString)).rejects.toMatchObject({ statusCode: 503 });

    expect(performance.now() - startedAt).toBeLessThan(2000);
    expect(requests()).toBe(1);
  });
});

describe('IDN-06: that there is no token for storage comes through its clients as it is', () => {
  const retries = withoutWaiting({ maxRetries: 2, retryDelayInMs: 20, maxRetryDelayInMs: 50 });
  const address = 'https://account.nowhere.invalid';

  test.each<[string, (credential: TokenCredential) => Promise<unknown>]>([
    [
      'the table',
      (credential) => getRow(new TableClient(address, 'rotations', credential, retries), 'a', 'b'),
    ],
    [
      'the queue',
      (credential) =>
        createWorkQueue(
          new QueueClient(`${address}/rotations`, credential, { retryOptions: { maxTries: 3 } }),
        ).send({ kind: 'rotation', rotationId: '01a2138c-2881-7403-ac1f-38b7f65c1457', attempt: 0 }, 0),
    ],
  ])('%s', async (_, call) => {
    let asked = 0;
    const getToken = async () => {
      asked += 1;
      throw new TokenError({ kind: 'refused', status: 400 });
    };

    await expect(call({ getToken })).rejects.toBeInstanceOf(TokenError);

    expect(asked).toBe(1);
  });
});
