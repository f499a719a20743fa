import { toDotNetDate } from '../dot-net-date.ts';
import type { HostFunction, TimerTrigger } from '../functions.ts';
import type { Log } from '../log.ts';
import type { InvocationResult, Invoker } from '../worker/invoke.ts';
import type { RpcTypedData } from '../worker/rpc.ts';
import { type ScheduleStatus, type StatusStore, startStatus } from './timer-status.ts';

export interface TimerListener {
  /** Runs the function now, beside its schedule, as the admin API does. */
  runNow(): Promise<InvocationResult>;
  stop(): void;
}

/** The longest time that setTimeout takes is 24.8 days. */
const longestWaitMs = 24 * 24 * 3_600_000;

type Reason = 'scheduled' | 'pastDue' | 'startup';

/**
 * One timer. Its next time is set only after a run has ended, so two scheduled runs never overlap; an occurrence that
 * passed during a run is made up for at once, and once.
 */
export function startTimer(
  target: HostFunction<TimerTrigger>,
  invoker: Invoker,
  store: StatusStore,
  log: Log,
): TimerListener {
  const { schedule, useMonitor } = target.trigger;
  const start = startStatus(schedule, useMonitor ? store.read(target.name) : undefined, new Date());
  let status = start?.status;
  let timeout: NodeJS.Timeout | undefined;
  let stopped = target.disabled;

  function keep(changed: ScheduleStatus): void {
    status = changed;
    if (useMonitor) {
      store.write(target.name, changed);
    }
  }

  function plan(at: Date, reason: Reason): void {
    if (stopped) {
      return;
    }
    const wait = Math.max(at.getTime() - Date.now(), 0);
    timeout =
      wait > longestWaitMs
        ? setTimeout(() => plan(at, reason), longestWaitMs)
        : setTimeout(() => void run(reason), wait);
  }

  async function run(reason: Reason): Promise<void> {
    const now = new Date();
    const data = toTimerData(useMonitor ? status : undefined, reason === 'pastDue');
    await invoker.invoke(target, { data, reason: toReason(reason, now) });
    // A timeout that fired a moment early must not find the same occurrence again.
    const at = reason === 'scheduled' && status && status.next > now ? status.next : now;
    const next = schedule.next(at);
    if (next) {
      keep({ last: at, next, lastUpdated: at });
      plan(next, 'scheduled');
    }
  }

  if (!stopped && start) {
    keep(start.status);
  }
  const first = firstRun(target, start);
  if (first) {
    log('debug', `Function.${target.name}`, `First run at ${first.at.toISOString()} (${first.reason})`);
    plan(first.at, first.reason);
  }

  return {
    runNow: () =>
      invoker.invoke(target, { data: toTimerData(useMonitor ? status : undefined, false), reason: hostApi }),
    stop() {
      stopped = true;
      clearTimeout(timeout);
    },
  };
}

/** A missed occurrence goes before `runOnStartup`; a schedule without a real day may still start at once. */
function firstRun(
  { trigger }: HostFunction<TimerTrigger>,
  start: { status: ScheduleStatus; isPastDue: boolean } | undefined,
): { at: Date; reason: Reason } | undefined {
  if (start?.isPastDue) {
    return { at: new Date(), reason: 'pastDue' };
  }
  if (trigger.runOnStartup) {
    return { at: new Date(), reason: 'startup' };
  }
  return start && { at: start.status.next, reason: 'scheduled' };
}

const hostApi = 'This function was programmatically called via the host APIs.';

function toReason(reason: Reason, now: Date): string {
  const fired = `Timer fired at ${toDotNetDate(now)}`;
  return reason === 'scheduled' ? fired : `${fired}, ${reason === 'pastDue' ? 'IsPastDue' : 'RunOnStartup'}`;
}

/** The real host writes its TimerInfo with .NET's names; `@azure/functions` turns their case. */
function toTimerData(status: ScheduleStatus | undefined, isPastDue: boolean): RpcTypedData {
  const scheduleStatus = status && {
    Last: toDotNetDate(status.last),
    Next: toDotNetDate(status.next),
    LastUpdated: toDotNetDate(status.lastUpdated),
  };
  const info = {
    Schedule: { AdjustForDST: true },
    ScheduleStatus: scheduleStatus ?? null,
    IsPastDue: isPastDue,
  };
  return { json: JSON.stringify(info) };
}
