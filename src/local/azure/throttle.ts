/** ARM's token buckets, one pair a subscription: size, and what comes back each second. */
export type ThrottleLimits = {
  writes: number;
  writesPerSecond: number;
  reads: number;
  readsPerSecond: number;
};

export type Throttle = {
  /** Takes a token: what remains, and where there is none, the seconds to wait. */
  take(subscriptionId: string, kind: 'reads' | 'writes'): { remaining: number; retryAfter: number | null };
};

type Bucket = { level: number; at: number };

/** The figures of https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling */
export const armLimits: ThrottleLimits = { writes: 200, writesPerSecond: 10, reads: 250, readsPerSecond: 25 };

export function createThrottle(limits: ThrottleLimits): Throttle {
  const buckets = new Map<string, Bucket>();

  return {
    take(subscriptionId, kind) {
      const size = limits[kind];
      const perSecond = kind === 'reads' ? limits.readsPerSecond : limits.writesPerSecond;
      const name = `${subscriptionId.toLowerCase()} ${kind}`;
      const bucket = refill(buckets.get(name) ?? { level: size, at: performance.now() }, size, perSecond);
      buckets.set(name, bucket);
      if (bucket.level < 1) {
        return { remaining: 0, retryAfter: Math.max(1, Math.ceil((1 - bucket.level) / perSecond)) };
      }
      bucket.level -= 1;
      return { remaining: Math.floor(bucket.level), retryAfter: null };
    },
  };
}

export function noThrottle(): Throttle {
  return {
    take: (_subscriptionId, kind) => ({ remaining: armLimits[kind] - 1, retryAfter: null }),
  };
}

function refill(bucket: Bucket, size: number, perSecond: number): Bucket {
  const now = performance.now();
  return { level: Math.min(size, bucket.level + ((now - bucket.at) / 1000) * perSecond), at: now };
}
