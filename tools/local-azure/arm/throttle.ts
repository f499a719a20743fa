/** ARM's token buckets, one pair a subscription: size, and what comes back each second. */
export type ThrottleLimits = {
  writes: number;
  writesPerSecond: number;
  reads: number;
  readsPerSecond: number;
};

export type Throttle = {
  /** Takes a token: what remains, and where there is none, the seconds to wait. */
  take(subscriptionId: string, kind: Kind): Taken;
};

type Kind = 'reads' | 'writes';
/** `remainingGlobal` is of the bucket that all principals of the subscription share. */
type Taken = { remaining: number; remainingGlobal: number; retryAfter: number | null };
type Bucket = { level: number; at: number };

export type BucketSize = 'ordinary' | 'large';

/**
 * Ordinary: the figures of https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling.
 * Large: the sizes are recorded; that they fill faster as well is a guess.
 */
export const armLimits: Record<BucketSize, ThrottleLimits> = {
  ordinary: { writes: 200, writesPerSecond: 10, reads: 250, readsPerSecond: 25 },
  large: { writes: 800, writesPerSecond: 40, reads: 1100, readsPerSecond: 110 },
};

/** In both sizes the subscription's bucket is so many times as large as that of each principal. */
const globalFactor = 15;

export function createThrottle(limits: ThrottleLimits): Throttle {
  const own = createBuckets(limits, 1);
  const global = createBuckets(limits, globalFactor);

  return {
    take(subscriptionId, kind) {
      const taken = own(subscriptionId, kind);
      if (taken.retryAfter !== null) return { ...taken, remainingGlobal: limits[kind] * globalFactor };
      const { remaining, retryAfter } = global(subscriptionId, kind);
      return { remaining: taken.remaining, remainingGlobal: remaining, retryAfter };
    },
  };
}

function createBuckets(limits: ThrottleLimits, factor: number) {
  const buckets = new Map<string, Bucket>();
  return (subscriptionId: string, kind: Kind): Omit<Taken, 'remainingGlobal'> => {
    const size = limits[kind] * factor;
    const perSecond = (kind === 'reads' ? limits.readsPerSecond : limits.writesPerSecond) * factor;
    const name = `${subscriptionId.toLowerCase()} ${kind}`;
    const bucket = refill(buckets.get(name) ?? { level: size, at: performance.now() }, size, perSecond);
    buckets.set(name, bucket);
    if (bucket.level < 1) {
      return { remaining: 0, retryAfter: Math.max(1, Math.ceil((1 - bucket.level) / perSecond)) };
    }
    bucket.level -= 1;
    return { remaining: Math.floor(bucket.level), retryAfter: null };
  };
}

/** Buckets that are always full. */
export function noThrottle(limits: ThrottleLimits): Throttle {
  return {
    take: (_subscriptionId, kind) => ({
      remaining: limits[kind] - 1,
      remainingGlobal: limits[kind] * globalFactor - 1,
      retryAfter: null,
    }),
  };
}

function refill(bucket: Bucket, size: number, perSecond: number): Bucket {
  const now = performance.now();
  return { level: Math.min(size, bucket.level + ((now - bucket.at) / 1000) * perSecond), at: now };
}
