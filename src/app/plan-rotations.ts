import pMap from 'p-map';
import type { Account } from '../core/account.ts';
import { parseAccountId } from '../core/account.ts';
import { invalidSkipToken } from '../core/failure.ts';
import { isInScope, scopeId } from '../core/scope.ts';
import type { FailedScope } from './discover-accounts.ts';
import type { Heartbeat } from './heartbeats.ts';
import type { PlannedAccount } from './plan-account.ts';
import { planAccount } from './plan-account.ts';
import type { AccountReading, Outcome } from './ports.ts';
import type { Services } from './services.ts';

export interface PlanPage {
  readonly accounts: readonly PlannedAccount[];
  readonly failedScopes: readonly FailedScope[];
  readonly timers: readonly Heartbeat[];
  readonly continuation?: string;
}

const CONCURRENCY = 8;

/** One page of the plan: changes nothing and reads no keys. */
export async function planRotations(services: Services, continuation?: string): Promise<Outcome<PlanPage>> {
  const place = continuation === undefined ? { scope: 0 } : readPlace(continuation, services.scopes.length);
  if (place === undefined) return { kind: 'failed', failure: invalidSkipToken() };
  const failedScopes: FailedScope[] = [];
  let at: Place | undefined = place;
  let found: Found[] = [];
  while (at !== undefined && found.length === 0) {
    const scope = services.scopes[at.scope];
    if (scope === undefined) break;
    const page = await services.maps.listPage(scope, at.link);
    if (page.kind === 'failed') {
      if (page.failure.code === 'InvalidSkipToken') return page;
      failedScopes.push({ scope: scopeId(scope), failure: page.failure });
    } else found = withoutRepeats(services, at.scope, page.value.accounts);
    at = nextPlace(at, page.kind === 'ok' ? page.value.continuation : undefined, services.scopes.length);
  }
  const accounts = await pMap(found, ({ account, reading }) => planAccount(services, account, reading), {
    concurrency: CONCURRENCY,
  });
  const timers = await services.heartbeats.read();
  const next = at === undefined ? {} : { continuation: printPlace(at) };
  return { kind: 'ok', value: { accounts, failedScopes, timers, ...next } };
}

/** An account that an earlier scope has too was planned there. */
function withoutRepeats({ scopes }: Services, index: number, readings: readonly AccountReading[]): Found[] {
  const earlier = scopes.slice(0, index);
  return readings.flatMap((reading) => {
    const account = parseAccountId(reading.id);
    return account === undefined || isInScope(earlier, account) ? [] : [{ account, reading }];
  });
}

interface Found {
  readonly account: Account;
  readonly reading: AccountReading;
}

/** Where a page begins: which scope, and ARM's own link within it. */
interface Place {
  readonly scope: number;
  readonly link?: string;
}

function nextPlace({ scope }: Place, link: string | undefined, scopes: number): Place | undefined {
  if (link !== undefined) return { scope, link };
  return scope + 1 < scopes ? { scope: scope + 1 } : undefined;
}

function printPlace({ scope, link }: Place): string {
  return Buffer.from(JSON.stringify([scope, link])).toString('base64url');
}

function readPlace(token: string, scopes: number): Place | undefined {
  try {
    const [scope, link] = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as unknown[];
    if (typeof scope !== 'number' || !Number.isInteger(scope) || scope < 0 || scope >= scopes)
      return undefined;
    return typeof link === 'string' ? { scope, link } : { scope };
  } catch {
    return undefined;
  }
}
