import type { Account } from '../core/account.ts';
import { accountPartition, parseAccountId } from '../core/account.ts';
import { backoff } from '../core/backoff.ts';
import type { Failure } from '../core/failure.ts';
import type { Scope } from '../core/scope.ts';
import { scopeId } from '../core/scope.ts';
import type { AccountPage, AccountReading, Outcome } from './ports.ts';
import type { Services } from './services.ts';

export interface FailedScope {
  readonly scope: string;
  readonly failure: Failure;
}

export type Discovered =
  | { readonly kind: 'account'; readonly account: Account; readonly reading: AccountReading }
  | ({ readonly kind: 'failed-scope' } & FailedScope);

/**
 * The accounts of all scopes, each once however many scopes have it, streamed as ARM's pages come. A scope that can't
 * be listed does not stop the others.
 */
export async function* discoverAccounts(services: Services): AsyncIterable<Discovered> {
  const found = new Set<string>();
  for (const scope of services.scopes) {
    let continuation: string | undefined;
    do {
      const page = await listPatiently(services, scope, continuation);
      if (page.kind === 'failed') {
        const { failure } = page;
        services.log.error('A scope could not be listed', { scope: scopeId(scope), code: failure.code });
        yield { kind: 'failed-scope', scope: scopeId(scope), failure };
        break;
      }
      for (const reading of page.value.accounts) {
        const account = parseAccountId(reading.id);
        if (account === undefined) continue;
        const key = accountPartition(account, reading.uniqueId);
        if (found.has(key)) continue;
        found.add(key);
        yield { kind: 'account', account, reading };
      }
      // A link to the page itself would never end.
      continuation = page.value.continuation === continuation ? undefined : page.value.continuation;
    } while (continuation !== undefined);
  }
}

const LIST_TRIES = 4;
const LONGEST_LIST_WAIT = 30;

/** A throttled page is worth a short wait: without it the whole rest of the scope waits for the next run. */
async function listPatiently(
  { maps, clock, timings }: Services,
  scope: Scope,
  continuation: string | undefined,
): Promise<Outcome<AccountPage>> {
  const patient = { ...timings, firstBackoff: timings.firstBackoff / 8 };
  for (let attempt = 0; ; attempt++) {
    const page = await maps.listPage(scope, continuation);
    if (page.kind === 'ok' || !page.failure.passing || page.failure.status === 403) return page;
    const seconds = backoff(scopeId(scope), attempt, page.failure, patient);
    if (attempt + 1 >= LIST_TRIES || seconds > LONGEST_LIST_WAIT) return page;
    await clock.sleep(seconds);
  }
}
