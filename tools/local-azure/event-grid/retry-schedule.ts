const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

// https://learn.microsoft.com/azure/event-grid/delivery-and-retry#retry-schedule
const schedule = [
  10 * second,
  30 * second,
  minute,
  5 * minute,
  10 * minute,
  30 * minute,
  hour,
  3 * hour,
  6 * hour,
  12 * hour,
];
/** For webhooks; what they answer so is given up at once. */
const final = [400, 401, 403, 413];
const atLeast: Record<number, number> = { 404: 5 * minute, 408: 2 * minute, 503: 30 * second };

export type RetryPolicy = { maxDeliveryAttempts: number; eventTimeToLiveInMinutes: number };

export function isFinal(status: number | null): boolean {
  return status !== null && final.includes(status);
}

/** After the nth failed attempt, with the small randomness that Event Grid adds. */
export function retryDelay(attempt: number, status: number | null): number {
  const usual = schedule[Math.min(attempt, schedule.length) - 1] ?? 0;
  const wanted = Math.max(usual, atLeast[status ?? 0] ?? 0);
  return wanted * (1 + Math.random() * 0.05);
}

export function timeToLive(policy: RetryPolicy): number {
  return policy.eventTimeToLiveInMinutes * minute;
}
