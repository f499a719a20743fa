import { TokenError } from '../app/token-error.ts';
import type { Failure } from '../core/failure.ts';
import { fault, unavailable } from '../core/failure.ts';
import { toCode, toGuid, toSystemCode } from '../core/known-forms.ts';
import { readRetryAfter } from '../core/retry-after.ts';
import { identityFailure } from '../core/service-codes/identity-failure.ts';
import { refusalMessage, serviceCode, shownCode } from '../core/service-codes/index.ts';
import { mostLasting, toSaidCode } from '../core/service-codes/said-code.ts';
import type { CallSite } from './call-site.ts';

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

interface ErrorDetail {
  readonly correlationId?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly details?: unknown;
  readonly innererror?: InnerError;
  /** As some clients write it. */
  readonly innerError?: InnerError;
}

/** Some of what is behind ARM leaves the `error` around it out. */
interface ErrorBody extends ErrorDetail {
  readonly error?: ErrorDetail | null;
}

type InnerError = { readonly code?: unknown } | null;

/**
 * Turns what an Azure SDK threw into a failure. Of the service's own words only its code is taken over, where it has
 * the form of one: the message is ours.
 */
export function toFailure(thrown: unknown, site: CallSite): Failure {
  const error = toAzureError(thrown);
  if (thrown instanceof TokenError) return identityFailure(site, thrown.answer);
  if (error.statusCode === undefined) return unreachable(error, site);
  if (error.statusCode < 400 || error.statusCode > 599) return unexpectedAnswer(site, error.statusCode);
  const said = readCode(error, site);
  const code = shownCode(error.statusCode, said, site.service);
  const retryAfterSeconds = readRetryAfter((name) => error.response?.headers.get(name), Date.now());
  const correlationId = readCorrelationId(error);
  const message = refusalMessage(error.statusCode, code, { ...site, objectId: readObjectId(error) });
  return fault(error.statusCode, code, message, {
    passing: serviceCode(error.statusCode, code).passes,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    ...(correlationId !== undefined && { correlationId }),
    ...(said !== undefined && said !== code && { serviceCode: said }),
  });
}

/** Whether a failed call surely did not reach the service: no token, no address, no connection, no trust. */
export function wasNeverSent(thrown: unknown): boolean {
  const error = toAzureError(thrown);
  return (
    error.statusCode === undefined && (thrown instanceof TokenError || NEVER_SENT.test(error.code ?? ''))
  );
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

function toAzureError(thrown: unknown): AzureError {
  return typeof thrown === 'object' && thrown !== null ? (thrown as AzureError) : {};
}

function unreachable(error: AzureError, site: CallSite): Failure {
  const code = toSystemCode(error.code) ?? toCode(error.code) ?? toCode(error.name);
  const reached = NEVER_SENT.test(code ?? '') ? 'could not be reached' : 'gave no usable answer';
  return unavailable('Unreachable', `${site.service} ${reached} (${code ?? 'no answer'}).`);
}

function readCode(error: AzureError, { hasInnerCodes }: CallSite): string | undefined {
  const { code, innererror, innerError, details } = readDetail(error);
  const inner = hasInnerCodes ? (innererror ?? innerError)?.code : undefined;
  return mostLasting(error.statusCode, toSaidCode(inner) ?? toSaidCode(code), codesWithin(details));
}

/** ARM names the refused identity in its message; the GUID alone is taken from there. */
function readObjectId(error: AzureError): string | undefined {
  const { message } = readDetail(error);
  return typeof message === 'string' ? toGuid(/object id '([^']{36})'/i.exec(message)?.[1]) : undefined;
}

/** With `Conflict` or the like outside, the cause may stand within. */
function codesWithin(details: unknown, levels = 3): (string | undefined)[] {
  if (!Array.isArray(details) || levels === 0) return [];
  return details.flatMap((detail: ErrorDetail | null) => [
    toSaidCode(detail?.code),
    ...codesWithin(detail?.details, levels - 1),
  ]);
}

function readDetail(error: AzureError): ErrorDetail {
  const body = readBody(error);
  return typeof body.error === 'object' && body.error !== null ? body.error : body;
}

function readBody({ response, details }: AzureError): ErrorBody {
  try {
    return JSON.parse(response?.bodyAsText ?? '') ?? {};
  } catch {
    return typeof details === 'object' && details !== null ? details : {};
  }
}

/** Each service has its own name for it, and all write GUIDs. */
function readCorrelationId(error: AzureError): string | undefined {
  const { correlationId, error: inner } = readBody(error);
  const header = (name: string) => error.response?.headers.get(name);
  const said = [
    header('x-ms-correlation-request-id'),
    header('x-ms-request-id'),
    correlationId,
    inner?.correlationId,
  ];
  return said.map(toGuid).find((id) => id !== undefined);
}
