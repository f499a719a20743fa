import { useEffect, useMemo, useState } from 'preact/hooks';
import type { FleetFilter } from '../fleet/fleet.ts';
import { filterFleet } from '../fleet/fleet.ts';
import type { Sort, SortColumn } from '../fleet/sort-fleet.ts';
import { sortFleet } from '../fleet/sort-fleet.ts';
import { summarize } from '../fleet/summary.ts';
import { concerns } from '../overview/attention.ts';
import { historyOf } from '../rotations/address.ts';
import { isInFlight, latestByAccount, standingFailures, updatedAt } from '../rotations/rotations.ts';
import { createApi } from './api.ts';
import { keepKnown } from './keep-known.ts';
import type { Status, StatusStore } from './status-store.ts';
import { createStatusStore, NOTHING_KNOWN } from './status-store.ts';

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The app's status as it comes in. A new key, or `round`, begins anew. */
export function useStatus(key: string | undefined, round: number) {
  const [status, setStatus] = useState<Status>(NOTHING_KNOWN);
  const { api, store } = useMemo(() => {
    const api = createApi((path, init) => fetch(path, init), key, Date.now);
    return {
      api,
      store: createStatusStore(api, (next) => setStatus((last) => keepKnown(last, next)), sleep),
    };
  }, [key, round]);
  useEffect(() => {
    store.load().catch(() => undefined);
    return store.stop;
  }, [store]);
  return { status, api, store };
}

const FOLLOW_EVERY_MS = 10_000;

/** As long as something is in flight, and somebody looks. */
export function useFollowing({ rotations }: Status, { refreshRotations }: StatusStore): void {
  const isFlying = rotations.some(isInFlight);
  useEffect(() => {
    if (!isFlying) return undefined;
    const timer = setInterval(
      () => document.hidden || refreshRotations().catch(() => undefined),
      FOLLOW_EVERY_MS,
    );
    return () => clearInterval(timer);
  }, [isFlying, refreshRotations]);
}

/** What follows from the status, worked out only where it changed. */
export function useFacts({ fleet, rotations, health }: Status) {
  const { rows, scopeErrors, phase } = fleet;
  return useMemo(() => {
    const isComplete = phase === 'complete' && scopeErrors.length === 0;
    const byKey = new Map(rows.map((row) => [row.key, row]));
    const failures = standingFailures(rotations, byKey, isComplete);
    const failed = new Set(failures.map(({ accountId }) => accountId.toLowerCase()));
    return {
      failed,
      latest: latestByAccount(rotations),
      summary: summarize(rows, failed),
      concerns: concerns({ rows, failures, scopeErrors, health, at: updatedAt }),
    };
  }, [rows, rotations, scopeErrors, phase, health]);
}

export type Facts = ReturnType<typeof useFacts>;

/** The table's rows: sorted when the fleet or the order changes, narrowed at each key press. */
export function useTable(rows: Status['fleet']['rows'], { failed, latest }: Facts) {
  const [sort, setSort] = useState<Sort>({ column: 'state', descending: false });
  const [filter, setOnlyFilter] = useState<FleetFilter>({ query: '', quick: 'all' });
  const [from, setFrom] = useState(0);
  const sorted = useMemo(() => {
    const lastResultAt = (key: string) => {
      const rotation = latest.get(key);
      return rotation && updatedAt(rotation);
    };
    return sortFleet(rows, sort, { failed, lastResultAt });
  }, [rows, sort, failed, latest]);
  const shown = useMemo(() => filterFleet(sorted, filter, failed), [sorted, filter, failed]);
  const onSort = (column: SortColumn) => {
    setSort((last) => ({ column, descending: last.column === column && !last.descending }));
    setFrom(0);
  };
  const setFilter = (next: FleetFilter) => {
    setOnlyFilter(next);
    setFrom(0);
  };
  return { shown, sort, onSort, filter, setFilter, from, setFrom };
}

/** This machine's clock, looked at twice a minute: fine enough for `5 minutes ago`. */
export function useNow(now: () => number): number {
  const [time, setTime] = useState(now);
  useEffect(() => {
    const timer = setInterval(() => setTime(now()), 30_000);
    return () => clearInterval(timer);
  }, [now]);
  return time;
}

/** The account whose history the address asks for. */
export function useHistoryAddress(): readonly [string | undefined, () => void] {
  const read = () => historyOf(location.hash);
  const [accountId, setAccountId] = useState(read);
  useEffect(() => {
    const follow = () => setAccountId(read());
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  const close = () => {
    history.replaceState(null, '', location.pathname + location.search);
    setAccountId(undefined);
  };
  return [accountId, close];
}
