import type { Fleet } from '../fleet/load-fleet.ts';
import { createFleetLoader, NO_FLEET } from '../fleet/load-fleet.ts';
import { isInFlight, mergeRotations } from '../rotations/rotations.ts';
import type { Api } from './api.ts';
import { skipTokenOf } from './api.ts';
import type { ApiFailure, HealthAnswer, RotationRow } from './wire.ts';

/** All that the page knows of the app. */
export interface Status {
  readonly fleet: Fleet;
  /** Newest first. */
  readonly rotations: readonly RotationRow[];
  readonly rotationsFailure?: ApiFailure | undefined;
  /** Whether failed rotations were looked for, however old. */
  readonly failures: 'loading' | 'known' | 'unknown';
  /** Where older rotations begin; absent where there are none, or none are known yet. */
  readonly older?: string | undefined;
  readonly health?: HealthAnswer | undefined;
}

export const NOTHING_KNOWN: Status = { fleet: NO_FLEET, rotations: [], failures: 'loading' };

export interface StatusStore {
  /** Reads all of it; goes on where reading the fleet had stopped. */
  load(): Promise<void>;
  loadOlder(): Promise<void>;
  /** Looks again at the rotations in flight, and for newer ones. */
  refreshRotations(): Promise<void>;
  /** What an account's rotation changed. */
  refreshAccount(accountId: string): Promise<void>;
  stop(): void;
}

const FAILED_TOP = 200;
/** The app looks at 500 rotations for each, so at the newest 10,000 at most. */
const MOST_FAILED_PAGES = 20;
const MOST_FOLLOWED = 10;

export function createStatusStore(
  api: Api,
  show: (status: Status) => void,
  sleep: (milliseconds: number) => Promise<unknown>,
): StatusStore {
  let status = NOTHING_KNOWN;
  let stopped = false;
  const change = (part: Partial<Status>) => {
    if (stopped) return;
    status = { ...status, ...part };
    show(status);
  };
  const loader = createFleetLoader({ api, sleep, show: (fleet) => change({ fleet }) });
  const add = (rows: readonly RotationRow[], more: Partial<Status> = {}) =>
    change({ rotations: mergeRotations(status.rotations, rows), ...more });
  const loadRotations = async (skipToken?: string) => {
    const answer = await api.rotations(skipToken === undefined ? {} : { skipToken });
    if (answer.kind === 'failed') return change({ rotationsFailure: answer.failure });
    const { value, nextLink } = answer.value;
    add(value, { older: skipTokenOf(nextLink), rotationsFailure: undefined });
  };
  // A failure can be older than the newest rotations of all accounts, and still stand. A page may have none of them.
  const loadFailed = async () => {
    let skipToken: string | undefined;
    for (let page = 0; page < MOST_FAILED_PAGES && !stopped; page++) {
      const place = skipToken !== undefined && { skipToken };
      const answer = await api.rotations({ state: 'failed', top: FAILED_TOP, ...place });
      if (answer.kind === 'failed') return change({ failures: 'unknown' });
      const { value, nextLink } = answer.value;
      if (value.length > 0) add(value);
      skipToken = skipTokenOf(nextLink);
      if (skipToken === undefined) break;
    }
    change({ failures: 'known' });
  };
  return {
    async load() {
      change({ fleet: { ...status.fleet, phase: 'loading' }, failures: 'loading' });
      const health = api.health().then((answer) => change({ health: answer }));
      await Promise.all([loader.load(), loadRotations(), loadFailed(), health]);
    },
    loadOlder: () => loadRotations(status.older),
    async refreshRotations() {
      const inFlight = status.rotations.filter(isInFlight).slice(0, MOST_FOLLOWED);
      const [newest, ...found] = await Promise.all([
        api.rotations({}),
        ...inFlight.map(({ rotationId }) => api.rotation(rotationId)),
      ]);
      const rotations = found.flatMap((answer) => (answer.kind === 'ok' ? [answer.value] : []));
      add(newest?.kind === 'ok' ? [...rotations, ...newest.value.value] : rotations);
      const over = rotations.filter((rotation) => !isInFlight(rotation));
      for (const { accountId } of over) await loader.reload(accountId.toLowerCase());
    },
    async refreshAccount(accountId) {
      const answer = api.rotations({ accountId, top: 1 });
      await Promise.all([loader.reload(accountId.toLowerCase()), answer]);
      const latest = await answer;
      if (latest.kind === 'ok') add(latest.value.value);
    },
    stop() {
      stopped = true;
      loader.stop();
    },
  };
}
