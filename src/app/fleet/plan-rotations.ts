import pMap from 'p-map';
import type { Account } from '../../core/account/account.ts';
import { accountPartition, parseAccountId, shownId } from '../../core/account/account.ts';
import type { Scope } from '../../core/account/scope.ts';
import { isIdInScope, scopeId } from '../../core/account/scope.ts';
import type { Failure } from '../../core/failure.ts';
import { invalidSkipToken, listGoesInCircles, listHasNoEnd, listNotFinished } from '../../core/failure.ts';
import { followLink, NO_PAGES } from '../../core/page-trail.ts';
import type { Heartbeat } from '../ports/heartbeats.ts';
import type { AccountPage, AccountReading, Outcome } from '../ports/ports.ts';
import type { Services } from '../ports/services.ts';
import type { FailedScope } from './discover-accounts.ts';
import type { PlannedAccount } from './plan-account.ts';
import { planAccount, unreadableAccount } from './plan-account.ts';
import type { PlanPlace } from './plan-place.ts';
import { printPlace, readPlace } from './plan-place.ts';

export interface PlanPage {
  readonly accounts: readonly PlannedAccount[];
  readonly failedScopes: readonly FailedScope[];
  readonly timers: readonly Heartbeat[];
  readonly continuation?: string;
}

const CONCURRENCY = 8;

/** Scopes that are listed at one time once one of them had nothing to give. */
const SCOPES_AT_ONCE = 12;

/** One page of the plan: changes nothing and reads no keys. */
export async function planRotations(services: Services, continuation?: string): Promise<Outcome<PlanPage>> {
  const start =
    continuation === undefined
      ? { scope: 0, trail: NO_PAGES }
      : readPlace(continuation, services.scopes.length);
  if (start === undefined) return { kind: 'failed', failure: invalidSkipToken() };
  const listed = await listFrom(services, start);
  if (listed.kind === 'failed') return listed;
  const { found, failedScopes, next } = listed.value;
  const accounts = await pMap(found, (item) => planFound(services, item), { concurrency: CONCURRENCY });
  const timers = await services.heartbeats.read();
  return {
    kind: 'ok',
    value: { accounts, failedScopes, timers, ...(next && { continuation: printPlace(next) }) },
  };
}

function planFound(
  services: Services,
  { account, reading }: Found,
): Promise<PlannedAccount> | PlannedAccount {
  return account === undefined
    ? unreadableAccount(shownId(reading.id))
    : planAccount(services, account, reading);
}

interface Listed {
  readonly found: readonly Found[];
  readonly failedScopes: readonly FailedScope[];
  readonly next?: PlanPlace;
}

/**
 * The next accounts that there are. The first scope is asked alone, since mostly it has some. One that fails or has
 * none can have kept the caller waiting, so those after it are asked together, as long as there is time.
 */
async function listFrom(services: Services, start: PlanPlace): Promise<Outcome<Listed>> {
  const { scopes, clock, timings } = services;
  const until = clock.monotonic() + timings.planBudget;
  const failedScopes: FailedScope[] = [];
  let place = start;
  for (let atOnce = 1; ; atOnce = SCOPES_AT_ONCE) {
    const places = [place, ...scopes.map((_, scope) => ({ scope, trail: NO_PAGES })).slice(place.scope + 1)];
    const pages = await pMap(places.slice(0, atOnce), (from) => listOne(services, from, until), {
      concurrency: atOnce,
    });
    for (const { scope, page, from } of pages) {
      place = from;
      if (page.kind === 'failed' && page.failure.code === 'InvalidSkipToken') return page;
      const { found, failure, next } = takePage(services, from, page);
      if (failure !== undefined) failedScopes.push({ scope: scopeId(scope), failure });
      if (found.length > 0 || next === undefined)
        return { kind: 'ok', value: { found, failedScopes, ...(next && { next }) } };
      place = next;
      // A page without accounts that goes on in its scope: what comes after it waits.
      if (next.scope === from.scope) break;
    }
    if (clock.monotonic() >= until) return { kind: 'ok', value: outOfTime(services, place, failedScopes) };
  }
}

interface ListedPage {
  readonly from: PlanPlace;
  readonly scope: Scope;
  readonly page: Outcome<AccountPage>;
}

async function listOne(services: Services, from: PlanPlace, until: number): Promise<ListedPage> {
  const { scopes, maps, clock, timings } = services;
  const scope = scopes[from.scope];
  if (scope === undefined) throw new Error('A place in the plan is in no scope.');
  if (clock.monotonic() >= until) {
    return { from, scope, page: { kind: 'failed', failure: listNotFinished(timings.planBudget) } };
  }
  return { from, scope, page: await maps.listPage(scope, from.link) };
}

/**
 * Where everything failed, what is left is said to have failed too, since it would go on like that; else the caller
 * goes on from there.
 */
function outOfTime({ scopes, timings }: Services, place: PlanPlace, failed: readonly FailedScope[]): Listed {
  if (failed.length === 0) return { found: [], failedScopes: failed, next: place };
  const failure = listNotFinished(timings.planBudget);
  const left = scopes.slice(place.scope).map((scope) => ({ scope: scopeId(scope), failure }));
  return { found: [], failedScopes: [...failed, ...left] };
}

interface TakenPage {
  readonly found: readonly Found[];
  readonly failure?: Failure;
  readonly next?: PlanPlace;
}

function takePage(services: Services, from: PlanPlace, page: Outcome<AccountPage>): TakenPage {
  const nextScope = from.scope + 1 < services.scopes.length && {
    next: { scope: from.scope + 1, trail: NO_PAGES },
  };
  if (page.kind === 'failed') return { found: [], failure: page.failure, ...nextScope };
  const { accounts, continuation: link } = page.value;
  const found = withoutRepeats(services, from.scope, accounts);
  if (link === undefined) return { found, ...nextScope };
  const followed = followLink(from.trail, link);
  switch (followed.kind) {
    case 'next':
      return { found, next: { scope: from.scope, link, trail: followed.trail } };
    case 'circle':
      return { found, failure: listGoesInCircles(), ...nextScope };
    case 'endless':
      return { found, failure: listHasNoEnd(from.trail.pages + 1), ...nextScope };
    default:
      return followed satisfies never;
  }
}

interface Found {
  /** Absent where the id is none that the app can go by. */
  readonly account?: Account | undefined;
  readonly reading: AccountReading;
}

/** Each account of a page once; one that an earlier scope has too was planned there. */
function withoutRepeats({ scopes }: Services, index: number, readings: readonly AccountReading[]): Found[] {
  const earlier = scopes.slice(0, index);
  const found = new Map<string, Found>();
  for (const reading of readings) {
    if (isIdInScope(earlier, reading.id)) continue;
    const account = parseAccountId(reading.id);
    const key =
      account === undefined ? `unreadable ${reading.id}` : accountPartition(account, reading.uniqueId);
    if (!found.has(key)) found.set(key, { account, reading });
  }
  return [...found.values()];
}
