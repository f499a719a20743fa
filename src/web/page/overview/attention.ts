import type { Advice } from '../../advice/advice.ts';
import { adviceFor } from '../../advice/advice.ts';
import type { FleetRow, QuickFilter } from '../fleet/fleet.ts';
import { troubleOf, UNVERIFIED } from '../fleet/fleet.ts';
import type { HealthAnswer, RotationRow, ScopeError } from '../status/wire.ts';
import { count } from '../words/words.ts';
import { healthConcerns, leftOutConcerns } from './timers.ts';

/** One thing that went wrong, with all that it went wrong for. */
export interface Concern {
  readonly id: string;
  readonly severity: 'error' | 'warning';
  readonly title: string;
  readonly meaning: string;
  readonly todo: string;
  /** The code that the app and its documents call it by. */
  readonly code?: string;
  readonly total: number;
  /** The first of those it concerns; `accountId` where it is an account. */
  readonly examples: readonly Example[];
  /** How the table shows all of them. */
  readonly filter?: { readonly quick: QuickFilter; readonly query: string };
}

export interface Example {
  readonly name: string;
  readonly accountId?: string;
  readonly reason?: string;
  /** Milliseconds since 1970. */
  readonly at?: number;
}

export interface AttentionInput {
  readonly rows: readonly FleetRow[];
  readonly failures: readonly RotationRow[];
  readonly scopeErrors: readonly ScopeError[];
  readonly health: HealthAnswer | undefined;
  readonly at: (rotation: RotationRow) => number;
}

const EXAMPLES = 3;

/** What a person should look at, the worst first. */
export function concerns(input: AttentionInput): readonly Concern[] {
  return [
    ...healthConcerns(input.health),
    ...groups(input.failures, ({ error }) => error?.code ?? 'Unknown').map(([code, all]) =>
      concern('failed', 'error', code, all.length, {
        title: `Failed: ${adviceFor(code).title}`,
        examples: all.slice(0, EXAMPLES).map((rotation) => failedExample(rotation, input.at(rotation))),
        filter: { quick: 'failed', query: '' },
      }),
    ),
    ...groups(input.scopeErrors, ({ code }) => code).map(([code, all]) =>
      concern('scope', 'error', code, all.length, {
        title: `${count(all.length, 'scope')} could not be listed: ${adviceFor(code).title}`,
        examples: all.slice(0, EXAMPLES).map(({ scope, message }) => ({ name: scope, reason: message })),
      }),
    ),
    ...overdueConcerns(input.rows),
    ...groups(
      input.rows.filter(({ plan }) => troubleOf(plan) !== undefined),
      ({ plan }) => troubleOf(plan) ?? '',
    ).map(([code, all]) =>
      concern('account', 'warning', code, all.length, {
        examples: all.slice(0, EXAMPLES).map(rowExample),
        filter: { quick: 'attention', query: code },
      }),
    ),
    ...unverifiedConcerns(input.rows),
    ...leftOutConcerns(input.health),
  ];
}

type ConcernParts = Partial<Advice> & Pick<Concern, 'examples' | 'filter'>;

function concern(
  kind: string,
  severity: Concern['severity'],
  code: string,
  total: number,
  parts: ConcernParts,
): Concern {
  return { id: `${kind}-${code}`, severity, code, total, ...adviceFor(code), ...parts };
}

function overdueConcerns(rows: readonly FleetRow[]): readonly Concern[] {
  const overdue = rows.filter(({ plan }) => plan.overdue);
  if (overdue.length === 0) return [];
  return [
    {
      id: 'overdue',
      severity: 'error',
      title: 'Keys past their max age',
      meaning: 'A key of these accounts is older than the policy allows.',
      todo: 'See the reason in each row. Where it says overdue, the next run of the timer rotates it, or you do now.',
      total: overdue.length,
      examples: overdue.slice(0, EXAMPLES).map(rowExample),
      filter: { quick: 'overdue', query: '' },
    },
  ];
}

function unverifiedConcerns(rows: readonly FleetRow[]): readonly Concern[] {
  const unverified = rows.filter(({ plan }) => plan.verified === false);
  if (unverified.length === 0) return [];
  return [
    {
      id: 'unverified',
      severity: 'warning',
      title: 'New keys that Azure Maps refused',
      meaning: 'The key announced last was tried on Azure Maps and refused, as long as the app waited.',
      todo: 'Try the key yourself. If Azure Maps still refuses it, check the account’s pricing tier and state, then rotate with force.',
      total: unverified.length,
      examples: unverified.slice(0, EXAMPLES).map(rowExample),
      filter: { quick: 'attention', query: UNVERIFIED },
    },
  ];
}

function failedExample(rotation: RotationRow, at: number): Example {
  const { accountId, error } = rotation;
  const name = accountId.split('/').at(-1) ?? accountId;
  return { name, accountId, at, ...(error && { reason: error.message }) };
}

function rowExample({ name, plan }: FleetRow): Example {
  return { name, accountId: plan.accountId, ...(plan.reason !== undefined && { reason: plan.reason }) };
}

/** The largest first. */
function groups<T>(all: readonly T[], codeOf: (one: T) => string): [string, T[]][] {
  return [...Map.groupBy(all, codeOf)].sort(([, a], [, b]) => b.length - a.length);
}
