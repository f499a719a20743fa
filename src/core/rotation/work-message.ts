import type { Account } from '../account/account.ts';
import { accountId, parseAccountId } from '../account/account.ts';
import { isUuid } from '../known-forms.ts';
import type { TraceContext } from '../trace-context.ts';
import { parseTraceContext } from '../trace-context.ts';

/** What a message of the queue `rotations` asks for. It is only a nudge: the rows decide. */
export type WorkMessage = {
  readonly attempt: number;
  /** Of what sent the message. */
  readonly trace?: TraceContext;
} & (
  | /** Go on with a rotation, where its row still has this attempt. */
  { readonly kind: 'rotation'; readonly rotationId: string }
  /** See whether an account is due, and rotate it then. */
  | { readonly kind: 'account'; readonly account: Account; readonly uniqueId?: string }
);

const VERSION = 1;

export function printWorkMessage(message: WorkMessage): string {
  const { kind, attempt, trace } = message;
  const about =
    kind === 'account'
      ? { accountId: accountId(message.account), uniqueId: message.uniqueId }
      : { rotationId: message.rotationId };
  return JSON.stringify({ version: VERSION, kind, ...about, attempt, ...trace });
}

/**
 * Reads a message from its JSON value; undefined where this version of the app did not write it. JSON within JSON is
 * read too: tools that put a message back, as people do from the poison queue, encode it once more.
 */
export function parseWorkMessage(said: unknown): WorkMessage | undefined {
  const value = decode(said);
  if (typeof value !== 'object' || value === null) return undefined;
  const { version, kind, rotationId, attempt, accountId: id, ...more } = value as Record<string, unknown>;
  if (version !== VERSION || !isAttempt(attempt)) return undefined;
  const trace = parseTraceContext(more.traceparent, more.tracestate);
  const common = { attempt, ...(trace && { trace }) };
  if (kind === 'rotation' && isUuid(rotationId))
    return { kind, rotationId: rotationId.toLowerCase(), ...common };
  const account = kind === 'account' && typeof id === 'string' ? parseAccountId(id) : undefined;
  if (account === undefined) return undefined;
  const { uniqueId } = more;
  return { kind: 'account', account, ...(isUuid(uniqueId) && { uniqueId }), ...common };
}

/** More than an event that is sent again each hour needs in a century. */
const MOST_ATTEMPTS = 1_000_000;

/** One below zero would be counted up at the shortest pause, for longer than anybody lives. */
function isAttempt(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MOST_ATTEMPTS;
}

const MOST_LAYERS = 3;

function decode(said: unknown): unknown {
  let value = said;
  for (let layer = 0; layer < MOST_LAYERS && typeof value === 'string'; layer++) {
    try {
      value = JSON.parse(value);
    } catch {
      return undefined;
    }
  }
  return value;
}

/** What can be told of a message that is not ours: its form and size. It is not walked through, however deep it is. */
export function messageForm(value: unknown): { readonly form: string; readonly size: number } {
  if (typeof value === 'string') return { form: 'text', size: value.length };
  if (Array.isArray(value)) return { form: 'list', size: value.length };
  if (typeof value === 'object' && value !== null) return { form: 'object', size: Object.keys(value).length };
  return { form: value === null ? 'null' : typeof value, size: 0 };
}
