import type { Account } from '../../core/account/account.ts';
import { accountPartition, parseAccountId, shownId } from '../../core/account/account.ts';
import type { Scope } from '../../core/account/scope.ts';
import { scopeId } from '../../core/account/scope.ts';
import type { Failure } from '../../core/failure.ts';
import { listGoesInCircles, listHasNoEnd, listNotFinished } from '../../core/failure.ts';
import { followLink, NO_PAGES } from '../../core/page-trail.ts';
import { backoff } from '../../core/rotation/backoff.ts';
import { failureFields } from '../failure-fields.ts';
import type { AccountPage, AccountReading, Outcome } from '../ports/ports.ts';
import type { Services } from '../ports/services.ts';
import { mergeSequences } from './merge-sequences.ts';

export interface FailedScope {
  readonly scope: string;
  readonly failure: Failure;
}

export type Discovered =
  | { readonly kind: 'account'; readonly account: Account; readonly reading: AccountReading }
  /** A list had it, and its id is none that the app can go by. */
  | { readonly kind: 'unreadable'; readonly id: string }
  | ({ readonly kind: 'failed-scope' } & FailedScope);

/** Scopes that are listed at one time: one that hangs must not keep the others waiting. */
const SCOPES_AT_ONCE = 8;

/**
 * The accounts of all scopes, each once however many scopes have it, streamed as ARM's pages come. A scope that can't
 * be listed, or not to its end, does not stop the others. It comes to an end whatever ARM answers, and however slowly.
 */
export function discoverAccounts(services: Services): AsyncIterable<Discovered> {
  const until = services.clock.monotonic() + services.timings.listBudget;
  const found = new Set<string>();
  return mergeSequences(services.scopes, SCOPES_AT_ONCE, (scope) =>
    discoverInScope(services, scope, found, until),
  );
}

async function* discoverInScope(
  services: Services,
  scope: Scope,
  found: Set<string>,
  until: number,
): AsyncGenerator<Discovered> {
  let trail = NO_PAGES;
  let continuation: string | undefined;
  do {
    const page = await listPatiently(services, scope, continuation, until);
    if (page.kind === 'failed') return yield tellFailed(services, scope, page.failure);
    for (const reading of page.value.accounts) {
      const item = toDiscovered(reading);
      const key =
        item.kind === 'account'
          ? accountPartition(item.account, reading.uniqueId)
          : `unreadable ${reading.id}`;
      if (found.has(key)) continue;
      found.add(key);
      yield item;
    }
    continuation = page.value.continuation;
    if (continuation !== undefined) {
      const followed = followLink(trail, continuation);
      if (followed.kind === 'circle') return yield tellFailed(services, scope, listGoesInCircles());
      if (followed.kind === 'endless')
        return yield tellFailed(services, scope, listHasNoEnd(trail.pages + 1));
      trail = followed.trail;
    }
  } while (continuation !== undefined);
}

function toDiscovered(reading: AccountReading): Exclude<Discovered, { kind: 'failed-scope' }> {
  const account = parseAccountId(reading.id);
  return account === undefined
    ? { kind: 'unreadable', id: shownId(reading.id) }
    : { kind: 'account', account, reading };
}

function tellFailed({ log }: Services, scope: Scope, failure: Failure): Discovered {
  log.error('A scope could not be listed', { scope: scopeId(scope), ...failureFields(failure) });
  return { kind: 'failed-scope', scope: scopeId(scope), failure };
}

const LIST_TRIES = 4;

/** How long one page is waited for, in seconds: a try that hangs until its timeout leaves less for others. */
const LONGEST_LIST_WAIT = 30;

/** A throttled page is worth a short wait: without it the whole rest of the scope waits for the next run. */
async function listPatiently(
  { maps, clock, timings }: Services,
  scope: Scope,
  continuation: string | undefined,
  until: number,
): Promise<Outcome<AccountPage>> {
  const patient = { ...timings, firstBackoff: timings.firstBackoff / 8 };
  const latest = Math.min(clock.monotonic() + LONGEST_LIST_WAIT, until);
  if (clock.monotonic() >= until) return { kind: 'failed', failure: listNotFinished(timings.listBudget) };
  for (let attempt = 0; ; attempt++) {
    const page = await maps.listPage(scope, continuation);
    if (page.kind === 'ok' || !page.failure.passing || page.failure.status === 403) return page;
    const seconds = backoff(scopeId(scope), attempt, page.failure, patient);
    if (attempt + 1 >= LIST_TRIES || clock.monotonic() + seconds > latest) return page;
    await clock.sleep(seconds);
  }
}
