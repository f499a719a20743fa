import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createFlush } from '../../../src/adapters/telemetry/bounded-flush.ts';

test('what is sent in time is waited for', async () => {
  let sent = false;
  const flush = createFlush(async () => {
    await sleep(20);
    sent = true;
  }, 2000);

  expect(await flush()).toBe('sent');
  expect(sent).toBe(true);
});

test('what can not be sent is told of, and thrown at nobody', async () => {
  const flush = createFlush(() => Promise.reject(new Error('refused')), 2000);

  expect(await flush()).toBe('failed');
  expect(await flush()).toBe('failed');
});

test('an answer that does not come is waited for once, until it comes after all', async () => {
  let sends = 0;
  let answer: () => void = () => undefined;
  const flush = createFlush(() => {
    sends += 1;
    return new Promise((resolve) => {
      answer = resolve;
    });
  }, 30);

  const first = await flush();
  const startedAt = performance.now();
  const others = [await flush(), await flush()];
  expect([first, ...others]).toEqual(['late', 'late', 'late']);
  expect(performance.now() - startedAt).toBeLessThan(25);
  expect(sends).toBe(1);

  answer();
  await sleep(0);
  const again = flush();
  answer();
  expect(await again).toBe('sent');
  expect(sends).toBe(2);
});
