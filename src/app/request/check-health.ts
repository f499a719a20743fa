import type { TimerName } from '../ports/heartbeats.ts';
import type { Services } from '../ports/services.ts';
import { settleAll } from '../settle-all.ts';

export interface Health {
  readonly status: 'healthy' | 'unhealthy';
  readonly timers: readonly TimerHealth[];
}

export interface TimerHealth {
  readonly timer: TimerName;
  /** RFC 3339; absent where it has not run yet. */
  readonly lastRunAt?: string;
  /** Whether it should have run since its last run, or since the app is there: a timer that stopped tells nobody. */
  readonly late: boolean;
  readonly counts?: Readonly<Record<string, number>>;
}

/** How long after its time a run may come to its end, in seconds. */
const SLACK = 3600;
const RECONCILE_PERIOD = 300;

/**
 * What the heartbeats tell. An app that was just deployed has none, so a timer that has not run yet is late once the
 * app has been there for longer than its period.
 */
export async function checkHealth(services: Services): Promise<Health> {
  const [heartbeats, ageOfApp] = await settleAll([
    services.heartbeats.read(),
    services.heartbeats.ageOfApp(),
  ]);
  const { period } = services.schedule(services.clock.now());
  const check = (timer: TimerName, longest: number): TimerHealth => {
    const last = heartbeats.find((heartbeat) => heartbeat.timer === timer);
    if (last === undefined) return { timer, late: ageOfApp > longest };
    return { timer, lastRunAt: last.lastRunAt, late: last.ageSeconds > longest, counts: last.counts };
  };
  const timers = [
    check('rotateDueAccounts', period + SLACK),
    check('reconcileRotations', RECONCILE_PERIOD + SLACK / 4),
  ];
  return { status: timers.some(({ late }) => late) ? 'unhealthy' : 'healthy', timers };
}
