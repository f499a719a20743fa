/*
 * ARM's limit for writes, by subscription, principal and region: a bucket of 200 that fills by 10 a second.
 * https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
 */
const WRITE_BUCKET = 200;
export const WRITES_PER_SECOND = 10;

/** `listKeys` and `regenerateKey`, both writes for ARM. */
const WRITES_PER_ROTATION = 2;

/** Below this many writes left in the bucket, others need them too: work that can wait does. */
export const FEW_WRITES_LEFT = 10;

/**
 * When the next account of a subscription is released, in seconds from now, after `released` others: as fast as ARM
 * takes them, so that what waits does so in the queue, and is not refused.
 */
export function releaseDelay(released: number): number {
  const writes = (released + 1) * WRITES_PER_ROTATION - WRITE_BUCKET;
  return Math.max(writes / WRITES_PER_SECOND, 0);
}

/** How long work that can wait leaves a bucket alone that is nearly empty, in seconds. */
export function refillDelay(writesLeft: number): number {
  return Math.max((FEW_WRITES_LEFT - writesLeft) / WRITES_PER_SECOND, 0) + 1;
}
