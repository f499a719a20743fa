export type TimerName = 'rotateDueAccounts' | 'reconcileRotations';

/** The last run of a timer that came to its end. */
export interface Heartbeat {
  readonly timer: TimerName;
  /** RFC 3339, by the Table service's clock. */
  readonly lastRunAt: string;
  readonly ageSeconds: number;
  readonly counts: Readonly<Record<string, number>>;
}

/** By these a timer that silently stopped is seen. */
export interface Heartbeats {
  beat(timer: TimerName, counts: Readonly<Record<string, number>>): Promise<void>;
  read(): Promise<readonly Heartbeat[]>;
  /**
   * How many seconds ago this was first asked, or a timer first came to its end, on this storage: so long has the app
   * been there at least, and a timer that never ran is late by that.
   */
  ageOfApp(): Promise<number>;
}
