import type { Failure } from '../core/failure.ts';
import { fault, unavailable } from '../core/failure.ts';

/** What is read of an error that an Azure SDK throws; each field may be missing. */
interface AzureError {
  readonly name?: string;
  readonly code?: string;
  readonly message?: string;
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

/** Of what a call was about, for the message that says what to do. */
export interface CallSite {
  /** Such as `Azure Resource Manager`. */
  readonly service: string;
  /** The permission that the call needs, such as `Microsoft.Maps/accounts/read`. */
  readonly action: string;
  /** Where the permission is needed: an ARM id or an endpoint. */
  readonly scope: string;
  /** Whether the code that says what it is stands in `innererror`, as with Key Vault. */
  readonly hasInnerCodes?: boolean;
}

/** Turns what an Azure SDK threw into a failure. Only the service's own code and message are taken over, cleaned. */
export function toFailure(thrown: unknown, site: CallSite): Failure {
  const error = toAzureError(thrown);
  if (isCredentialError(error)) return identityFailure(site);
  if (error.statusCode === undefined) return unreachable(error, site);
  if (error.statusCode < 400 || error.statusCode > 599) return unexpectedAnswer(site, error.statusCode);
  const said = readErrorResponse(error, site);
  const code = said.code ?? `Http${error.statusCode}`;
  const retryAfterSeconds = readRetryAfter(error);
  const words = [said.message, advice(error.statusCode, code, site)].filter((text) => text !== '');
  const message = `${site.service} answered ${error.statusCode} ${code}${words.length > 0 ? ':' : '.'} ${words.join(' ')}`;
  return fault(error.statusCode, code, message.trim(), {
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
  return unavailable('Timeout', `${site.service} did not answer within ${seconds} seconds.`);
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
  const code = /^[A-Z][A-Z0-9_]{2,60}$/.test(error.code ?? '') ? error.code : error.name;
  const reached = NEVER_SENT.test(code ?? '') ? 'could not be reached' : 'gave no usable answer';
  return unavailable('Unreachable', `${site.service} ${reached} (${code ?? 'no answer'}).`);
}

function readErrorResponse(error: AzureError, site: CallSite): { code?: string; message: string } {
  const { code, message, innererror, innerError } = readBody(error).error ?? {};
  const inner = site.hasInnerCodes ? (innererror ?? innerError)?.code : undefined;
  const said = inner ?? code;
  return {
    ...(typeof said === 'string' && /^[\w.-]{1,80}$/.test(said) && { code: said }),
    message: typeof message === 'string' ? clean(message) : '',
  };
}

function readBody({ response, details }: AzureError): ErrorBody {
  try {
    return JSON.parse(response?.bodyAsText ?? '') ?? {};
  } catch {
    return typeof details === 'object' && details !== null ? details : {};
  }
}

/** A service's words, made fit to be shown: one line, bounded, and without anything that could be a key or a token. */
function clean(text: string): string {
  return text
    .replace(/[A-Za-z0-9_\-+=]{40,}/g, '[removed]')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .slice(0, 600);
}

function advice(status: number, code: string, site: CallSite): string {
  if (status === 401)
    return `The token of the app's own identity was refused; check that identity and the endpoint settings.`;
  if (status === 403) {
    return `The app's identity needs a role with the action ${site.action} on ${site.scope}, or on a scope above it. A role just assigned can take a while to apply.`;
  }
  if (code === 'ObjectIsDeletedButRecoverable')
    return 'Somebody deleted the secret: recover or purge it, which the app itself may not do.';
  if (code === 'ScopeLocked')
    return 'Remove the read-only lock of the resource, or of its group or subscription.';
  if (status === 404) return 'Check the names of the subscription, the resource group and the account.';
  if (status === 429) return 'Too many requests; try again later.';
  return '';
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
