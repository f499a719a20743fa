import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { QueueServiceClient } from '@azure/storage-queue';
import { expect, it } from 'vitest';
import { startAzurite } from '../../tools/azurite.ts';

const queueOf = (connectionString: string) =>
  QueueServiceClient.fromConnectionString(connectionString).getQueueClient('kept');

it('serves all three services on ports of its own, several at once, and ends', async () => {
  const [one, two] = await Promise.all([startAzurite(), startAzurite()]);

  const urls = [one, two].flatMap(({ blobUrl, queueUrl, tableUrl }) => [blobUrl, queueUrl, tableUrl]);
  expect(new Set(urls).size).toBe(6);
  for (const url of urls) {
    expect((await fetch(url)).status).toBeGreaterThanOrEqual(400);
  }
  await Promise.all([one.close(), two.close()]);
  await expect(fetch(one.queueUrl)).rejects.toThrow();
  await one.close();
}, 30_000);

it('keeps the data of a directory over restarts', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'azurite-'));
  const first = await startAzurite({ directory });
  await queueOf(first.connectionString).create();
  await first.close();

  const second = await startAzurite({ directory });
  const exists = await queueOf(second.connectionString).exists();
  await second.close();
  await rm(directory, { recursive: true });

  expect(exists).toBe(true);
}, 30_000);

it('says why it could not start', async () => {
  await expect(startAzurite({ directory: '/dev/null/nowhere' })).rejects.toThrow(
    /Azurite did not start: .*ENOTDIR/s,
  );
}, 30_000);
