import type { Failure } from '../core/failure.ts';
import { fault, unavailable } from '../core/failure.ts';
import { toCode, toGuid, toSystemCode } from '../core/known-forms.ts';
import type { CallSite } from './azure-advice.ts';
import { advice } from './azure-advice.ts';

/** What is read of an error that an Azure SDK throws; each field may be missing. */
interface AzureError {
  readonly name?: string;
  readonly code?: string;
  readonly statusCode?: number;
  readonly response?: {
    readonly headers: { get(name: string): string | undefined };
    readonly bodyAsText?: string | null;
  };
  /** Where the client has read the body already. */
  readonly details?: unknown;
}

interface ErrorBody {
  readonly error?: {
    readonly code?: unknown;
    readonly message?: unknown;
    readonly innererror?: InnerError;
    /** As some clients write it. */
    readonly innerError?: InnerError;
  } | null;
}

type InnerError = { readonly code?: unknown } | null;

/**
 * Turns what an Azure SDK threw into a failure. Of the service's own words only its code is taken over, where it has
 * the form of one: the message is ours.
 */
export function toFailure(thrown: unknown, site: CallSite): Failure {
  const error = toAzureError(thrown);
  if (isCredentialError(error)) return identityFailure(site);
  if (error.statusCode === undefined) return unreachable(error, site);
  if (error.statusCode < 400 || error.statusCode > 599) return unexpectedAnswer(site, error.statusCode);
  const code = readCode(error, site) ?? `Http${error.statusCode}`;
  const retryAfterSeconds = readRetryAfter(error);
  const todo = advice(error.statusCode, code, { ...site, objectId: readObjectId(error) });
  const message = `${site.service} answered ${error.statusCode} ${code}${todo === '' ? '.' : `: ${todo}`}`;
  return fault(error.statusCode, code, message, {
    passing: isPassing(error.statusCode, code),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}

/** Whether a failed call surely did not reach the service: no token, no address, no connection, no trust. */
export function wasNeverSent(thrown: unknown): boolean {
  const error = toAzureError(thrown);
  return error.statusCode === undefined && (isCredentialError(error) || NEVER_SENT.test(error.code ?? ''));
}

/** Of an answer that says neither yes nor no, such as a proxy's page or a body cut short. */
export function unexpectedAnswer(site: CallSite, status: number): Failure {
  const message = `${site.service} gave an answer that could not be read (status ${status}).`;
  return { ...unavailable('UnexpectedAnswer', message), status: 502 };
}

export function timedOut(site: CallSite, seconds: number): Failure {
  return unavailable(
    'Timeout',
    `${site.service} did not answer within ${Math.round(seconds * 10) / 10} seconds.`,
  );
}

export function statusOf(thrown: unknown): number | undefined {
  return toAzureError(thrown).statusCode;
}

const NEVER_SENT =
  /^(ENOTFOUND|EAI_AGAIN|EAI_FAIL|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ERR_TLS_\w+|CERT_\w+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_\w+|HOSTNAME_MISMATCH)$/;

const CREDENTIAL_ERRORS = new Set([
  'AuthenticationError',
  'AggregateAuthenticationError',
  'AuthenticationRequiredError',
  'CredentialUnavailableError',
]);

function toAzureError(thrown: unknown): AzureError {
  return typeof thrown === 'object' && thrown !== null ? (thrown as AzureError) : {};
}

function isCredentialError({ name }: AzureError): boolean {
  return name !== undefined && CREDENTIAL_ERRORS.has(name);
}

export function identityFailure(site: CallSite): Failure {
  return unavailable(
    'IdentityUnavailable',
    `The app got no token for ${site.service}. If the app has a user-assigned managed identity, the setting AZURE_CLIENT_ID must be that identity's client id; without one, it must not be set.`,
    { target: 'AZURE_CLIENT_ID' },
  );
}

function unreachable(error: AzureError, site: CallSite): Failure {
  const code = toSystemCode(error.code) ?? toCode(error.code) ?? toCode(error.name);
  const reached = NEVER_SENT.test(code ?? '') ? 'could not be reached' : 'gave no usable answer';
  return unavailable('Unreachable', `${site.service} ${reached} (${code ?? 'no answer'}).`);
}

function readCode(error: AzureError, { hasInnerCodes }: CallSite): string | undefined {
  const { code, innererror, innerError } = readBody(error).error ?? {};
  const inner = hasInnerCodes ? (innererror ?? innerError)?.code : undefined;
  return toCode(inner) ?? toCode(code);
}

/** ARM names the refused identity in its message; the GUID alone is taken from there. */
function readObjectId(error: AzureError): string | undefined {
  const { message } = readBody(error).error ?? {};
  return typeof message === 'string' ? toGuid(/object id '([^']{36})'/i.exec(message)?.[1]) : undefined;
}

function readBody({ response, details }: AzureError): ErrorBody {
  try {
    return JSON.parse(response?.bodyAsText ?? '') ?? {};
  } catch {
    return typeof details === 'object' && details !== null ? details : {};
  }
}

/** 401 and 403 pass while an identity or a role assignment is young; a lock or a wrong name stays. */
function isPassing(status: number, code: string): boolean {
  if (code === 'ScopeLocked') return false;
  return (
    status === 401 || status === 403 || status === 408 || status === 409 || status === 429 || status >= 500
  );
}

/** `Retry-After` in seconds or as an HTTP date, against the answer's own `Date`. */
function readRetryAfter(error: AzureError): number | undefined {
  const value = error.response?.headers.get('retry-after');
  if (value === undefined || value === '') return undefined;
  if (/^\d+$/.test(value)) return Math.min(Number(value), Number.MAX_SAFE_INTEGER);
  const wait = Date.parse(value) - Date.parse(error.response?.headers.get('date') ?? '');
  return Number.isNaN(wait) ? undefined : Math.max(Math.ceil(wait / 1000), 0);
}
