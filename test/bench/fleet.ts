import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { startAzurite } from '../../tools/azurite.ts';
import { type LocalAzure, startLocalAzure } from '../../tools/local-azure/local-azure.ts';
import { type RunningApp, startApp } from '../support/running-app.ts';
import { print, printTable } from './figures.ts';

const SUBSCRIPTION = '21a9967a-e8a9-4656-a70b-96ff1c4d05a0';
const ACCOUNTS = 1000;
const PLANNED = 10_000;
const LIMITS = { writes: 200, writesPerSecond: 10, reads: 250, readsPerSecond: 25 };
const KILLS = 12;

/** What ARM's bucket allows: two writes for each account, the bucket's content at once and the rest as it fills. */
const BOUND_SECONDS = (2 * ACCOUNTS - LIMITS.writes) / LIMITS.writesPerSecond;

/** A fleet whose accounts are all due, before an ARM that throttles; once undisturbed, once with the app killed. */
export async function benchFleet(): Promise<void> {
  print(
    `${ACCOUNTS} due accounts, ARM's bucket ${LIMITS.writes}, ${LIMITS.writesPerSecond}/s: at least ${BOUND_SECONDS} s (figure: ≤ 1.15 × that)`,
  );
  const rows = [await rotateFleet(0), await rotateFleet(KILLS)];
  printTable(
    [
      'run',
      'seconds',
      '× bound',
      'ARM writes',
      'ARM reads',
      'refused',
      'rotated',
      'twice',
      'lost',
      'events',
      'locks left',
    ],
    rows,
  );
}

async function rotateFleet(kills: number): Promise<string[]> {
  const azurite = await startAzurite();
  const azure = await startLocalAzure({ throttle: LIMITS, accounts: fleet(ACCOUNTS), pageSize: 100 });
  const environment = environmentOf(azure, azurite.connectionString);
  let app = await startApp({ environment, queueLeaseMs: 3000 });
  try {
    const start = performance.now();
    await app.invoke('rotateDueAccounts');
    const killTimes = Array.from({ length: kills }, () => Math.random() * BOUND_SECONDS * 0.9).sort(
      (a, b) => a - b,
    );
    while (!isDone(azure) && performance.now() - start < 10 * BOUND_SECONDS * 1000) {
      await sleep(250);
      const [next] = killTimes;
      if (next === undefined || performance.now() - start < next * 1000) continue;
      killTimes.shift();
      app.kill();
      await app.exited;
      app = await startApp({ environment, queueLeaseMs: 3000 });
      await app.invoke('reconcileRotations');
    }
    const seconds = (performance.now() - start) / 1000;
    const lockless = await countUnlocked(app, azure);
    return toRow(azure, kills, seconds, ACCOUNTS - lockless);
  } finally {
    await app.close();
    await Promise.all([azure.close(), azurite.close()]);
  }
}

function isDone(azure: LocalAzure): boolean {
  return new Set(azure.events.map(({ source }) => source)).size === ACCOUNTS;
}

/** A lock shows as a rotation that is still started. */
async function countUnlocked(app: RunningApp, _azure: LocalAzure): Promise<number> {
  const response = await app.fetch('/api/rotations?state=started&top=200');
  const { value } = (await response.json()) as { value: unknown[] };
  return ACCOUNTS - value.length;
}

function toRow(azure: LocalAzure, kills: number, seconds: number, locks: number): string[] {
  const times = Map.groupBy(azure.regenerations, ({ accountId }) => accountId);
  const twice = [...times.values()].filter((list) => list.length > 1).length;
  const events = new Set(azure.events.map(({ id }) => id));
  const calls = (...operations: string[]) =>
    azure.calls.filter(({ operation }) => operations.includes(operation));
  return [
    kills === 0 ? 'undisturbed' : `killed ${kills} times`,
    seconds.toFixed(0),
    (seconds / BOUND_SECONDS).toFixed(2),
    String(calls('listKeys', 'regenerateKey').length),
    String(calls('getAccount', 'listAccounts').length),
    String(azure.calls.filter(({ status }) => status === 429).length),
    String(times.size),
    String(twice),
    String(ACCOUNTS - times.size),
    String(events.size),
    String(locks),
  ];
}

/** Memory while a large fleet is planned, page by page. */
export async function benchPlan(): Promise<void> {
  const azurite = await startAzurite();
  const azure = await startLocalAzure({ accounts: fleet(PLANNED), pageSize: 200 });
  const app = await startApp({ environment: environmentOf(azure, azurite.connectionString) });
  try {
    await app.fetch('/api/rotations/plan');
    const idle = residentMiB(app.pid);
    let [pages, accounts, peak] = [0, 0, idle];
    let next: string | undefined = '/api/rotations/plan';
    const start = performance.now();
    while (next !== undefined) {
      const response = await app.fetch(next);
      const page = (await response.json()) as { value: unknown[]; nextLink?: string };
      pages += 1;
      accounts += page.value.length;
      peak = Math.max(peak, residentMiB(app.pid));
      next = page.nextLink?.slice(app.url.length);
    }
    print(`The plan of ${accounts} accounts in ${pages} pages (figure: < 100 MiB above idle)`);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    printTable(
      ['seconds', 'idle MiB', 'peak MiB', 'above idle MiB'],
      [[seconds, idle.toFixed(0), peak.toFixed(0), (peak - idle).toFixed(0)]],
    );
  } finally {
    await app.close();
    await Promise.all([azure.close(), azurite.close()]);
  }
}

function environmentOf(azure: LocalAzure, connectionString: string): Record<string, string> {
  return {
    ...azure.environment(),
    AzureWebJobsStorage: connectionString,
    ROTATION_SCOPES: `/subscriptions/${SUBSCRIPTION}`,
    ROTATION_UNTAGGED: 'rotate',
  };
}

function fleet(count: number) {
  return Array.from({ length: count }, (_, i) => ({
    subscriptionId: SUBSCRIPTION,
    resourceGroup: 'rg-maps',
    name: `map-${i}`,
    primaryKeyLastUpdated: '2025-01-01T00:00:00Z',
    secondaryKeyLastUpdated: '2025-01-01T00:00:00Z',
  }));
}

function residentMiB(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
}
