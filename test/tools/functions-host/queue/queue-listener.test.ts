import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Azurite, startAzurite } from '../../../../tools/azurite.ts';
import type { QueueListener } from '../../../../tools/functions-host/queue/queue-listener.ts';
import { until } from '../harness.ts';
import { type Given, startListener } from './listener-harness.ts';

let azurite: Azurite;
let service: QueueServiceClient;

beforeAll(async () => {
  azurite = await startAzurite();
  service = QueueServiceClient.fromConnectionString(azurite.connectionString);
}, 30_000);
afterAll(() => azurite?.close());

async function fill(queueName: string, ...messages: string[]): Promise<void> {
  const queue = service.getQueueClient(queueName);
  await queue.create();
  await Promise.all(messages.map((text) => queue.sendMessage(text)));
}

const base64 = (text: string) => Buffer.from(text).toString('base64');
const count = async (name: string) =>
  (await service.getQueueClient(name).getProperties()).approximateMessagesCount;
const texts = async (name: string) =>
  (await service.getQueueClient(name).peekMessages({ numberOfMessages: 32 })).peekedMessageItems.map(
    ({ messageText }) => messageText,
  );

describe('the listener', () => {
  let number = 0;
  let name: string;
  let listener: QueueListener | undefined;

  beforeEach(() => {
    name = `queue-${++number}`;
    return async () => {
      await listener?.stop();
      listener = undefined;
    };
  });

  function listen(given: Given): string[] {
    const started = startListener(azurite.connectionString, { queueName: name, ...given });
    listener = started.listener;
    return started.logs;
  }

  it('waits quietly for a queue that does not exist yet', async () => {
    const runs: unknown[] = [];
    const logs = listen({ run: async (trigger) => runs.push(trigger.data.string) > 0 });
    await new Promise((resolve) => setTimeout(resolve, 100));

    await fill(name, base64('at last'));

    await until(
      () => runs.length,
      (length) => length > 0,
    );
    expect(runs).toEqual(['at last']);
    expect(logs).toEqual([]);
  });

  it('moves what is not base64 to the poison queue as it is, at once and without a run', async () => {
    await fill(name, '{"plain":"json"}');
    let runs = 0;
    listen({ run: async () => Boolean(++runs) });

    await until(
      async () => (await count(name)) ?? 0,
      (left) => left === 0,
    );

    expect(await texts(`${name}-poison`)).toEqual(['{"plain":"json"}']);
    expect(runs).toBe(0);
  });

  it('reads plain text where host.json says so', async () => {
    await fill(name, '{"plain":"<json>"}');
    const runs: unknown[] = [];
    listen({
      options: { messageEncoding: 'none' },
      run: async (trigger) => runs.push(trigger.data.string) > 0,
    });

    await until(
      () => runs.length,
      (length) => length > 0,
    );

    expect(runs).toEqual(['{"plain":"<json>"}']);
  });

  it('hides a failed message for the visibility timeout', async () => {
    await fill(name, base64('x'));
    const times: number[] = [];
    listen({ options: { visibilityTimeoutMs: 2_000 }, run: async () => times.push(Date.now()) > 1 });

    await until(
      () => times.length,
      (length) => length === 2,
    );

    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(950);
  });

  it('leaves a failed message of a poison queue hidden, for it has no poison queue of its own', async () => {
    const queueName = `${name}-poison`;
    await fill(queueName, base64('x'));
    let runs = 0;
    listen({ queueName, run: async () => ++runs < 0 });

    await until(
      () => runs,
      (done) => done > 0,
    );
    await new Promise((resolve) => setTimeout(resolve, 200));

    expect([runs, await count(queueName), await texts(queueName)]).toEqual([1, 1, []]);
  });

  it('does not run a message that was taken too often already', async () => {
    await fill(name, base64('crasher'));
    for (let taken = 0; taken < 3; taken++) {
      const { receivedMessageItems } = await service.getQueueClient(name).receiveMessages();
      const [message] = receivedMessageItems;
      await service
        .getQueueClient(name)
        .updateMessage(message?.messageId ?? '', message?.popReceipt ?? '', undefined, 0);
    }
    let runs = 0;
    listen({ run: async () => Boolean(++runs) });

    await until(
      async () => (await count(name)) ?? 0,
      (left) => left === 0,
    );

    expect([runs, await texts(`${name}-poison`)]).toEqual([0, [base64('crasher')]]);
  });

  it('renews its hold on a message while the function runs', async () => {
    await fill(name, base64('long'));
    let runs = 0;
    listen({
      leaseMs: 2_000,
      async run() {
        runs++;
        await new Promise((resolve) => setTimeout(resolve, 4_500));
        return true;
      },
    });

    await until(
      () => count(name),
      (left) => left === 0,
    );

    expect(runs).toBe(1);
  });

  it('takes a new batch only when no more than the threshold are in work', async () => {
    await fill(name, ...Array.from({ length: 9 }, () => base64('x')));
    let running = 0;
    let most = 0;
    let done = 0;
    listen({
      async run() {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 40 + 20 * done));
        running--;
        return Boolean(++done);
      },
    });

    await until(
      () => done,
      (all) => all === 9,
    );

    expect(most).toBeGreaterThan(3);
    expect(most).toBeLessThanOrEqual(6);
  });

  it('finishes the messages in work when it is stopped', async () => {
    await fill(name, base64('x'));
    let state = 'waiting';
    listen({
      async run() {
        state = 'running';
        await new Promise((resolve) => setTimeout(resolve, 150));
        state = 'done';
        return true;
      },
    });
    await until(
      () => state,
      (now) => now === 'running',
    );

    await listener?.stop();

    expect([state, await count(name)]).toEqual(['done', 0]);
  });
});
