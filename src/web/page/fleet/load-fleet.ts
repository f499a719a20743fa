import type { Api } from '../status/api.ts';
import { skipTokenOf } from '../status/api.ts';
import type { ApiFailure, PlanAnswer, ScopeError } from '../status/wire.ts';
import type { FleetRow } from './fleet.ts';
import { toFleetRow } from './fleet.ts';

/** What is known of the fleet so far. */
export interface Fleet {
  readonly rows: readonly FleetRow[];
  readonly scopeErrors: readonly ScopeError[];
  readonly phase: 'loading' | 'complete' | 'stopped';
  /** Why it stopped. */
  readonly failure?: ApiFailure;
  /** When its newest page came, by the app's clock. */
  readonly asOf?: number;
}

export const NO_FLEET: Fleet = { rows: [], scopeErrors: [], phase: 'loading' };

export interface FleetLoader {
  /** From the first page on, or from the one that failed. */
  load(): Promise<void>;
  /** Reads the page that an account is on once more. */
  reload(key: string): Promise<void>;
  stop(): void;
}

export interface LoaderOptions {
  readonly api: Api;
  readonly show: (fleet: Fleet) => void;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

interface Page {
  readonly token: string | undefined;
  rows: readonly FleetRow[];
  errors: readonly ScopeError[];
}

const TRIES = 4;
const LONGEST_WAIT_SECONDS = 30;
/** How often the page is drawn while the fleet comes in: each time all of it is sorted anew. */
const SHOW_EVERY_MS = 200;

/** Reads the plan page by page, one after another; what has come is shown at once. */
export function createFleetLoader({ api, show, sleep }: LoaderOptions): FleetLoader {
  const pages: Page[] = [];
  let next: string | undefined;
  let stopped = false;
  let shownAt = Number.NEGATIVE_INFINITY;
  const tell = (phase: Fleet['phase'], failure?: ApiFailure) => {
    if (stopped) return;
    const asOf = api.now();
    shownAt = asOf;
    const scopeErrors = pages.flatMap(({ errors }) => errors);
    show({ rows: unique(pages), scopeErrors, phase, ...(failure && { failure }), asOf });
  };
  return {
    async load() {
      do {
        const token = next;
        const answer = await readPage(api, token, sleep);
        if (stopped) return;
        if (answer.kind === 'failed') return tell('stopped', answer.failure);
        pages.push(toPage(token, answer.value, api.now()));
        next = skipTokenOf(answer.value.nextLink);
        if (next !== undefined && api.now() - shownAt >= SHOW_EVERY_MS) tell('loading');
      } while (next !== undefined);
      tell('complete');
    },
    async reload(key) {
      const page = pages.find(({ rows }) => rows.some((row) => row.key === key));
      if (page === undefined) return;
      const answer = await api.plan(page.token);
      if (answer.kind === 'failed') return;
      Object.assign(page, toPage(page.token, answer.value, api.now()));
      tell(next === undefined ? 'complete' : 'loading');
    },
    stop() {
      stopped = true;
    },
  };
}

function toPage(token: string | undefined, { value, errors = [] }: PlanAnswer, readAt: number): Page {
  return { token, rows: value.map((plan) => toFleetRow(plan, readAt)), errors };
}

/** An account that was made while the list was read can move from one page to the next. */
function unique(pages: readonly Page[]): readonly FleetRow[] {
  return [...new Map(pages.flatMap(({ rows }) => rows.map((row) => [row.key, row]))).values()];
}

/** What passes by itself is tried again: a page lost halfway would cost the whole list. */
async function readPage(api: Api, token: string | undefined, sleep: LoaderOptions['sleep']) {
  for (let attempt = 1; ; attempt++) {
    const answer = await api.plan(token);
    if (answer.kind === 'ok' || attempt === TRIES) return answer;
    const { status, retryAfterSeconds = 2 ** attempt } = answer.failure;
    const passes = status === 0 || status === 429 || status === 502 || status === 503 || status === 504;
    if (!passes || retryAfterSeconds > LONGEST_WAIT_SECONDS) return answer;
    await sleep(retryAfterSeconds * 1000);
  }
}
