import { expect, test, vi } from 'vitest';
import { armLimits, createThrottle } from '../../../../tools/local-azure/arm/throttle.ts';
import { accountPath, armError, call, group, mapsClient, subscription, trustedAzure } from '../helpers.ts';

const version = '?api-version=2023-06-01';

test('listKeys and regenerateKey use up the writes, and not the reads', async () => {
  const throttle = { writes: 2, writesPerSecond: 0.5, reads: 1, readsPerSecond: 0.5 };
  const azure = await trustedAzure({ throttle });
  const client = mapsClient(azure);

  await client.accounts.listKeys(group, 'Maps1');
  await client.accounts.regenerateKeys(group, 'Maps1', { keyType: 'primary' });
  const refused = await call(azure, `${accountPath}/listKeys${version}`, { method: 'POST' });
  const read = await call(azure, accountPath + version);

  expect(refused).toMatchObject({ status: 429, body: armError('SubscriptionRequestsThrottled') });
  expect(JSON.stringify(refused.body)).toContain("Please try again after '2' seconds.");
  expect(refused.headers.get('retry-after')).toBe('2');
  expect(refused.headers.get('x-ms-ratelimit-remaining-subscription-writes')).toBe('0');
  expect(read.status).toBe(200);
});

test('a throttled regeneration changes nothing', async () => {
  const azure = await trustedAzure({ throttle: { writes: 0 } });

  await expect(
    mapsClient(azure).accounts.regenerateKeys(group, 'Maps1', { keyType: 'primary' }),
  ).rejects.toMatchObject({ statusCode: 429, code: 'SubscriptionRequestsThrottled' });

  expect(azure.regenerations).toEqual([]);
});

test('a bucket fills again at its rate and no further than its size', () => {
  vi.useFakeTimers();
  try {
    const throttle = createThrottle(armLimits.ordinary);
    for (let taken = 0; taken < 200; taken += 1) throttle.take(subscription, 'writes');

    const empty = throttle.take(subscription, 'writes');
    vi.advanceTimersByTime(1000);
    const granted = Array.from({ length: 11 }, () => throttle.take(subscription, 'writes'));
    vi.advanceTimersByTime(3_600_000);
    const full = throttle.take(subscription, 'writes');

    expect(empty).toMatchObject({ remaining: 0, retryAfter: 1 });
    expect(granted.map(({ retryAfter }) => retryAfter)).toEqual([...Array(10).fill(null), 1]);
    expect(full.remaining).toBe(199);
  } finally {
    vi.useRealTimers();
  }
});

test.each([
  ['ordinary', ['249', '3749', '199', '2999']],
  ['large', ['1099', '16499', '799', '11999']],
] as const)(
  'ARM-13: answers tell what is left of %s buckets, and of those of the whole subscription',
  async (buckets, left) => {
    const azure = await trustedAzure({ buckets, throttle: true });

    const read = await call(azure, accountPath + version);
    const write = await call(azure, `${accountPath}/listKeys${version}`, { method: 'POST' });

    const rate = (headers: Headers, kind: string) => [
      headers.get(`x-ms-ratelimit-remaining-subscription-${kind}`),
      headers.get(`x-ms-ratelimit-remaining-subscription-global-${kind}`),
    ];
    expect([...rate(read.headers, 'reads'), ...rate(write.headers, 'writes')]).toEqual(left);
  },
);

test('subscriptions, reads and writes each have a bucket', () => {
  const throttle = createThrottle({ ...armLimits.ordinary, writes: 1 });
  throttle.take(subscription, 'writes');

  expect(throttle.take(subscription.toUpperCase(), 'writes').retryAfter).toBe(1);
  expect(throttle.take('another', 'writes').retryAfter).toBeNull();
  expect(throttle.take(subscription, 'reads').retryAfter).toBeNull();
});
