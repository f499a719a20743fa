import type { TimerName } from './heartbeats.ts';
import type { Services } from './services.ts';

export interface Health {
  readonly status: 'healthy' | 'unhealthy';
  readonly timers: readonly TimerHealth[];
}

export interface TimerHealth {
  readonly timer: TimerName;
  /** RFC 3339; absent where it has not run yet. */
  readonly lastRun?: string;
  /** Whether it should have run since: a timer that stopped tells nobody. */
  readonly late: boolean;
  readonly counts?: Readonly<Record<string, number>>;
}

/** How long after its time a run may come to its end, in seconds. */
const SLACK = 3600;
const RECONCILE_PERIOD = 300;

/** What the heartbeats tell. Before its first run a timer is not late: an app that was just deployed has none. */
export async function checkHealth(services: Services): Promise<Health> {
  const heartbeats = await services.heartbeats.read();
  const { period } = services.schedule(services.clock.now());
  const check = (timer: TimerName, longest: number): TimerHealth => {
    const last = heartbeats.find((heartbeat) => heartbeat.timer === timer);
    if (last === undefined) return { timer, late: false };
    return { timer, lastRun: last.lastRun, late: last.ageSeconds > longest, counts: last.counts };
  };
  const timers = [
    check('rotateDueAccounts', period + SLACK),
    check('reconcileRotations', RECONCILE_PERIOD + SLACK / 4),
  ];
  return { status: timers.some(({ late }) => late) ? 'unhealthy' : 'healthy', timers };
}
