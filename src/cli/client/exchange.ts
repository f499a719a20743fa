import { CliError, EXIT } from '../exit-code.ts';
import type { Authorize } from './sign-in.ts';

export interface Call {
  readonly method: 'GET' | 'POST';
  /** Below the app's address. */
  readonly path: string;
  readonly query?: URLSearchParams;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answered {
  readonly kind: 'answered';
  readonly status: number;
  readonly headers: Headers;
  /** Undefined where it is no JSON. */
  readonly body: unknown;
}

export type Exchange =
  | Answered
  /** `reached`: the app may have received the request. `lasting`: it will not be better in a minute. */
  | {
      readonly kind: 'unanswered';
      readonly reason: string;
      readonly reached: boolean;
      readonly lasting: boolean;
    };

export interface Connection {
  readonly app: URL;
  readonly authorize: Authorize;
  readonly userAgent: string;
  readonly signal: AbortSignal;
  readonly debug: (line: string) => void;
}

/** Sends one request, once. Credentials go to the app's own address alone: no redirect is followed. */
export async function exchange(connection: Connection, call: Call, timeoutMs: number): Promise<Exchange> {
  const { app, authorize, userAgent, signal, debug } = connection;
  const url = new URL(app);
  url.pathname = app.pathname.replace(/\/$/, '') + call.path;
  url.search = call.query?.toString() ?? '';
  const timeout = AbortSignal.timeout(Math.max(Math.ceil(timeoutMs), 1));
  const began = performance.now();
  const elapsed = () => `${Math.round(performance.now() - began)} ms`;
  const shown = `${call.method} ${url.origin}${url.pathname}`;
  try {
    const credentials = await authorize(AbortSignal.any([signal, timeout]));
    const response = await fetch(url, {
      method: call.method,
      headers: { accept: 'application/json', 'user-agent': userAgent, ...call.headers, ...credentials },
      redirect: 'manual',
      signal: AbortSignal.any([signal, timeout]),
    });
    const body = parseJson(await response.text());
    const requestId = response.headers.get('x-ms-request-id') ?? 'none';
    debug(`${shown}: ${response.status} in ${elapsed()}, x-ms-request-id ${requestId}`);
    return { kind: 'answered', status: response.status, headers: response.headers, body };
  } catch (error) {
    if (signal.aborted) throw interrupted();
    if (error instanceof CliError) throw error;
    const failed = unanswered(error, timeout.aborted);
    debug(`${shown}: ${failed.reason} after ${elapsed()}`);
    return failed;
  }
}

export function interrupted(): CliError {
  return new CliError(EXIT.interrupted, {
    code: 'Interrupted',
    message: 'What the app has begun goes on there.',
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const NEVER_SENT = /^(ENOTFOUND|EAI_\w+|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;
const DISTRUSTED =
  /^(ERR_TLS_\w+|ERR_SSL_\w+|CERT_\w+|\w*SELF_SIGNED_CERT\w*|UNABLE_TO_\w+|HOSTNAME_MISMATCH)$/;

function unanswered(error: unknown, timedOut: boolean): Exclude<Exchange, Answered> {
  const { code = '' } = ((error as Error).cause ?? error) as { code?: string };
  const known = /^[A-Z][A-Z0-9_]{2,60}$/.test(code) ? ` (${code})` : '';
  const distrusted = DISTRUSTED.test(code);
  const reached = !distrusted && !NEVER_SENT.test(code);
  const reason = timedOut
    ? 'the app did not answer in time'
    : distrusted
      ? `its certificate is not trusted${known}`
      : reached
        ? `the connection broke before there was an answer${known}`
        : `no connection to it could be made${known}`;
  return { kind: 'unanswered', reason, reached, lasting: distrusted || code === 'ENOTFOUND' };
}
