import { AsyncLocalStorage } from 'node:async_hooks';

/** What is left for a call once the caller's time is over: enough to save, seldom enough to make anybody wait. */
const LAST_SECOND = 1;

const callers = new AsyncLocalStorage<() => number>();

/** Does something for a caller who waits for so many more seconds. No call made for them outlasts that by much. */
export function forCaller<T>(secondsLeft: () => number, work: () => Promise<T>): Promise<T> {
  return callers.run(secondsLeft, work);
}

/** How long a call may take that takes so many seconds at most where nobody waits. */
export function withinCallersTime(seconds: number): number {
  return Math.min(seconds, Math.max(callers.getStore()?.() ?? seconds, LAST_SECOND));
}

export function isCallersTimeOver(): boolean {
  return (callers.getStore()?.() ?? Number.POSITIVE_INFINITY) <= 0;
}
