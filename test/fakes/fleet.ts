import type { AccountPage, AccountView, Outcome } from '../../src/app/ports/ports.ts';
import type { Services } from '../../src/app/ports/services.ts';
import { NO_TELEMETRY } from '../../src/app/ports/telemetry.ts';
import type { Account } from '../../src/core/account/account.ts';
import { accountId } from '../../src/core/account/account.ts';
import type { Scope } from '../../src/core/account/scope.ts';
import { scopeId } from '../../src/core/account/scope.ts';
import { TIMINGS } from '../../src/core/rotation/timings.ts';
import type { WorkMessage } from '../../src/core/rotation/work-message.ts';

export const DAY = 86_400;

/** A list of ARM's: what a scope answers to a link, undefined for its first page. */
export type ListPage = (scope: string, link: string | undefined) => Page | Promise<Page>;

type Page = Outcome<AccountPage> | { readonly ids: readonly string[]; readonly next?: string };

export interface FakeFleet {
  readonly services: Services;
  /** Each page that was asked for. */
  readonly asked: readonly { readonly scope: string; readonly link: string | undefined }[];
  readonly sent: readonly WorkMessage[];
  readonly log: readonly { readonly level: string; readonly message: string; readonly fields: object }[];
  /** The counts of the last run of each timer. */
  readonly beats: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** The most pages that were asked for at one time. */
  most(): number;
  /** Seconds since the start. */
  now(): number;
  /** Lets a call take some seconds; calls at one time take them together. */
  wait(seconds: number): Promise<void>;
}

/** Lists, a queue and a clock for what goes through a fleet; no account of it is known to the table. */
export function createFleet(
  scopes: readonly Scope[],
  list: (fleet: Pick<FakeFleet, 'wait'>) => ListPage,
): FakeFleet {
  const asked: { scope: string; link: string | undefined }[] = [];
  const sent: WorkMessage[] = [];
  const log: { level: string; message: string; fields: object }[] = [];
  const beats: Record<string, Readonly<Record<string, number>>> = {};
  const clock = createClock();
  const page = list({ wait: clock.wait });
  let [open, most] = [0, 0];
  const listPage = async (scope: Scope, link?: string): Promise<Outcome<AccountPage>> => {
    asked.push({ scope: scopeId(scope), link });
    most = Math.max(most, ++open);
    try {
      return toOutcome(await page(scopeId(scope), link));
    } finally {
      open -= 1;
    }
  };
  const line = (level: string) => (message: string, fields: object) =>
    void log.push({ level, message, fields });
  const services = {
    maps: { listPage, writesLeft: () => undefined },
    store: { viewAccount: async (account: Account): Promise<AccountView> => ({ account }) },
    queue: { send: async (message: WorkMessage) => void sent.push(message) },
    heartbeats: {
      beat: async (timer: string, counts: Readonly<Record<string, number>>) => {
        beats[timer] = counts;
      },
      read: async () => [],
    },
    clock: { now: () => clock.now() * 1000, monotonic: clock.now, sleep: clock.wait },
    log: { info: line('info'), warn: line('warn'), error: line('error') },
    telemetry: NO_TELEMETRY,
    timings: TIMINGS,
    scopes,
    policy: { rotateUntagged: true, maxAge: 90 * DAY, overlap: 7 * DAY, inUse: 'unknown' },
    schedule: (now: number) => ({ secondNextRun: now + 2 * DAY * 1000, period: DAY }),
  };
  return {
    services: services as unknown as Services,
    ...{ asked, sent, log, beats },
    most: () => most,
    now: clock.now,
    wait: clock.wait,
  };
}

/** Time passes once nothing else is left to happen, up to the next moment that is waited for. */
function createClock() {
  let time = 0;
  let waiting: { until: number; wake: () => void }[] = [];
  let scheduled = false;
  const pass = () => {
    scheduled = false;
    const next = Math.min(...waiting.map(({ until }) => until));
    const due = waiting.filter(({ until }) => until === next);
    waiting = waiting.filter(({ until }) => until !== next);
    time = Math.max(time, next);
    for (const { wake } of due) wake();
    schedule();
  };
  const schedule = () => {
    if (scheduled || waiting.length === 0) return;
    scheduled = true;
    setImmediate(pass);
  };
  return {
    now: () => time,
    wait: (seconds: number) =>
      new Promise<void>((wake) => {
        waiting.push({ until: time + seconds, wake });
        schedule();
      }),
  };
}

function toOutcome(page: Page): Outcome<AccountPage> {
  if ('kind' in page) return page;
  const facts = { tags: {}, disableLocalAuth: false, provisioningState: 'Succeeded' };
  const accounts = page.ids.map((id) => ({ id, facts }));
  return {
    kind: 'ok',
    value: { accounts, ...(page.next !== undefined && { continuation: page.next }) },
  };
}

/** The ids of some subscriptions, for scopes. */
export function subscriptions(count: number): readonly Scope[] {
  return Array.from({ length: count }, (_, i) => ({
    kind: 'subscription',
    subscriptionId: `21a9967a-e8a9-4656-a70b-${String(i).padStart(12, '0')}`,
  }));
}

export function idIn(scope: Scope | string, accountName: string, resourceGroupName = 'rg-maps'): string {
  const [, , subscriptionId = ''] = (typeof scope === 'string' ? scope : scopeId(scope)).split('/');
  return accountId({ subscriptionId, resourceGroupName, accountName });
}
