import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { AuthLevel } from '../functions.ts';

export interface FunctionKeys {
  /** Opens everything, the admin API too. */
  master: string;
  /** The host key named `default`: opens every function of level `function`. */
  default: string;
  /** The system key `eventgrid_extension`: opens the webhook of Event Grid triggers. */
  eventGrid: string;
  /** Keys that open one function only, by the function's name. */
  functions: Readonly<Record<string, string>>;
}

export function createKeys(given: Partial<FunctionKeys> = {}): FunctionKeys {
  return {
    master: given.master ?? randomKey(),
    default: given.default ?? randomKey(),
    eventGrid: given.eventGrid ?? randomKey(),
    functions: given.functions ?? {},
  };
}

/** What the request's key opens. The header goes before the query, as in the real host. */
export function keyLevel(
  keys: FunctionKeys,
  request: IncomingMessage,
  query: URLSearchParams,
  functionName?: string,
): AuthLevel {
  const header = request.headers['x-functions-key'];
  const key = (Array.isArray(header) ? header[0] : header) ?? codeOf(query);
  if (!key) {
    return 'anonymous';
  }
  if (key === keys.master) {
    return 'admin';
  }
  const own = Object.entries(keys.functions).find(
    ([name]) => name.toLowerCase() === functionName?.toLowerCase(),
  );
  return key === keys.default || key === own?.[1] ? 'function' : 'anonymous';
}

/** Its name is taken in any case of letters, as every name in a query. */
export function codeOf(query: URLSearchParams): string | undefined {
  return [...query].find(([name]) => name.toLowerCase() === 'code')?.[1];
}

export function opens(level: AuthLevel, required: AuthLevel): boolean {
  return required === 'anonymous' || level === 'admin' || level === required;
}

function randomKey(): string {
  return randomBytes(40).toString('base64url');
}
