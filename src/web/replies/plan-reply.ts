import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { stringify } from 'csv-stringify/sync';
import type { FailedScope } from '../../app/fleet/discover-accounts.ts';
import type { PlannedAccount } from '../../app/fleet/plan-account.ts';
import type { PlanPage } from '../../app/fleet/plan-rotations.ts';
import { toCell } from '../../core/plain-text.ts';
import { nextLink } from '../requests/rotation-routes.ts';
import type { ReplyFacts } from './reply.ts';
import { commonHeaders, jsonReply } from './reply.ts';

/** In the order of the schema, which itself is loaded for the contract alone. */
const COLUMNS = Object.keys({
  ...{ accountId: 0, decision: 0, code: 0, reason: 0, keyType: 0, dueAt: 0, overlapEndsAt: 0, overdue: 0 },
  ...{ olderKey: 0, olderKeyAgeDays: 0, newerKey: 0, newerKeyAgeDays: 0 },
  ...{ maxAgeDays: 0, maxAgeFrom: 0, overlapDays: 0, overlapFrom: 0, rotationId: 0, verified: 0 },
  ...{ provisioningState: 0, formerAccountIds: 0, unknownAges: 0, failedTry: 0 },
} satisfies Readonly<Record<keyof PlannedAccount, 0>>);

/** JSON, or CSV where the caller accepts that; then the next page is in a `Link` header (RFC 8288). */
export function planReply(request: HttpRequest, plan: PlanPage, facts: ReplyFacts): HttpResponseInit {
  const { accounts, failedScopes, timers, continuation } = plan;
  const next = continuation === undefined ? undefined : nextLink(request, continuation);
  if (acceptsCsv(request)) {
    const link = next !== undefined && { Link: `<${next}>; rel="next"` };
    return {
      headers: { ...commonHeaders(facts), 'Content-Type': 'text/csv; charset=utf-8', ...link },
      body: planCsv(accounts, failedScopes),
    };
  }
  const errors = failedScopes.map(({ scope, failure: { code, message } }) => ({ scope, code, message }));
  return jsonReply(
    { value: accounts, ...(errors.length > 0 && { errors }), timers, ...(next && { nextLink: next }) },
    facts,
  );
}

export function planCsv(accounts: PlanPage['accounts'], failedScopes: PlanPage['failedScopes']): string {
  return stringify([...accounts, ...failedScopes.map(toRow)], {
    header: true,
    columns: COLUMNS,
    // Names and tags are other people's.
    cast: { string: toCell },
  });
}

/** A scope that could not be listed must not look like one without accounts. */
function toRow({ scope, failure }: FailedScope) {
  return { accountId: scope, decision: 'failed', code: failure.code, reason: failure.message };
}

function acceptsCsv(request: HttpRequest): boolean {
  const accepted = request.headers.get('accept')?.toLowerCase().split(',') ?? [];
  return accepted.some((range) => range.trim().startsWith('text/csv'));
}
