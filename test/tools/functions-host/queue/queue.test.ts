import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Azurite, startAzurite } from '../../../../tools/azurite.ts';
import { type RunningHost, startHost, until } from '../harness.ts';

let azurite: Azurite;
let service: QueueServiceClient;

beforeAll(async () => {
  azurite = await startAzurite();
  service = QueueServiceClient.fromConnectionString(azurite.connectionString);
}, 30_000);
afterAll(() => azurite?.close());

const base64 = (text: string) => Buffer.from(text).toString('base64');
const count = async (name: string) =>
  (await service.getQueueClient(name).getProperties()).approximateMessagesCount;

describe('a queue function of an app', () => {
  interface Seen {
    runs: { name: string; message: unknown; metadata: Record<string, unknown>; binding: string }[];
    poison: { message: unknown; dequeueCount: number }[];
  }
  let host: RunningHost;

  beforeAll(async () => {
    await service.getQueueClient('jobs').create();
    host = await startHost(['--queue-poll-ms', '50'], { AzureWebJobsStorage: azurite.connectionString });
  }, 30_000);
  afterAll(() => host?.stop());

  const jobs = (seen: Seen) => seen.runs.filter(({ name }) => name === 'jobs');

  it('gets text as it is and JSON parsed, with the metadata of the message', async () => {
    const queue = service.getQueueClient('jobs');
    const sent = await queue.sendMessage(base64('just text, ü'));
    await until(
      () => count('jobs'),
      (left) => left === 0,
    );
    await queue.sendMessage(base64('{"rotationId":"r1","attempt":2}'));

    const seen = jobs(await host.until<Seen>('/api/seen', (body) => jobs(body).length === 2));

    expect(seen[0]).toMatchObject({ message: 'just text, ü', binding: '%FIXTURE_QUEUE%' });
    expect(seen[0]?.metadata).toEqual({
      queueTrigger: 'just text, ü',
      id: sent.messageId,
      dequeueCount: 1,
      popReceipt: expect.any(String),
      insertionTime: sent.insertedOn.toISOString().replace('.000Z', '+00:00'),
      expirationTime: sent.expiresOn.toISOString().replace('.000Z', '+00:00'),
      nextVisibleTime: expect.stringMatching(/\+00:00$/),
    });
    expect(seen[1]).toMatchObject({ message: { rotationId: 'r1', attempt: 2 } });
    expect(seen[1]?.metadata).toMatchObject({ queueTrigger: { rotationId: 'r1', attempt: 2 }, attempt: 2 });
    await until(
      () => count('jobs'),
      (left) => left === 0,
    );
  });

  it('is tried again after a failure, then the message goes to the poison queue, which another function reads', async () => {
    await service.getQueueClient('jobs').sendMessage(base64('{"fail":true}'));

    const seen = await host.until<Seen>('/api/seen', ({ poison }) => poison.length > 0);

    const tries = jobs(seen).filter(({ message }) => (message as { fail?: boolean }).fail);
    expect(tries.map(({ metadata }) => metadata.dequeueCount)).toEqual([1, 2]);
    expect(seen.poison).toEqual([{ message: { fail: true }, dequeueCount: 1 }]);
    expect(await count('jobs')).toBe(0);
    expect(host.logs).toContainEqual(
      expect.objectContaining({
        level: 'warning',
        message: "Message has reached MaxDequeueCount of 2. Moving message to queue 'jobs-poison'.",
      }),
    );
  });
});

describe('a host that is killed', () => {
  it('leaves its message to the next one, which counts one more dequeue', async () => {
    interface Seen {
      runs: { name: string; metadata: { dequeueCount: number } }[];
    }
    const env = { AzureWebJobsStorage: azurite.connectionString, FIXTURE_QUEUE: 'crash' };
    const args = ['--queue-poll-ms', '50', '--queue-lease-ms', '2000'];
    await service.getQueueClient('crash').create();
    await service.getQueueClient('crash').sendMessage(base64('{"hang":true}'));
    const first = await startHost(args, env);
    const started = ({ runs }: Seen) => runs.some(({ name }) => name === 'jobs');
    await first.until<Seen>('/api/seen', started);

    await first.stop('SIGKILL');
    const second = await startHost(args, env);
    const seen = await second.until<Seen>('/api/seen', started);
    await second.stop('SIGKILL');

    expect(seen.runs.find(({ name }) => name === 'jobs')?.metadata.dequeueCount).toBe(2);
  }, 20_000);
});
