import type { LogFields } from '../app/ports.ts';
import type { Failure } from '../core/failure.ts';
import { unavailable } from '../core/failure.ts';
import { toCode, toGuid, toSystemCode } from '../core/known-forms.ts';

/** What is read of something thrown; it is whatever was thrown, so nothing is as it should be. */
interface Thrown {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly statusCode?: unknown;
  readonly stack?: unknown;
  readonly response?: { readonly headers?: { get?(name: string): unknown } };
  /** Where the Table client has read the body. */
  readonly details?: { readonly odataError?: { readonly code?: unknown } };
}

/** What is known of an unexpected error without its message, which is a service's body at times. */
export function describe(error: unknown): LogFields {
  const thrown = toThrown(error);
  const { statusCode } = thrown;
  return {
    name: toCode(thrown.name),
    code: codeOf(thrown),
    ...(isStatus(statusCode) && { statusCode }),
    serviceRequestId: requestIdOf(thrown),
    frames: framesOf(thrown).join(' | '),
  };
}

/** What is thrown comes from storage, which alone has no failures of its own, or is an error of ours. */
export function isStorageError(error: unknown): boolean {
  const { name, statusCode } = toThrown(error);
  return (
    isStatus(statusCode) ||
    (typeof name === 'string' && /^(RestError|AbortError|DeadlineError|TimeoutError)$/.test(name))
  );
}

export function internalFailure(error: unknown): Failure {
  if (isStorageError(error)) {
    return unavailable(
      'StorageUnavailable',
      'The storage account of the app (AzureWebJobsStorage) could not be used, so the request was not finished. Send it again, with the same Repeatability-Request-ID if it had one; if it goes on, check the setting and the roles of the app on that account.',
    );
  }
  return {
    code: 'InternalError',
    message:
      'The request met an error of this app. Its log has more under the x-ms-request-id of this answer.',
    status: 500,
    passing: false,
  };
}

/** Fails an invocation in words of ours: the host logs message, stack and cause of what is thrown as they are. */
export class WorkFailedError extends Error {
  override readonly name = 'WorkFailedError';
  readonly code: string | undefined;

  constructor(message: string, code?: string, frames: readonly string[] = []) {
    super(message);
    this.code = code;
    this.stack = [`${this.name}: ${message}`, ...frames.map((frame) => `    at ${frame}`)].join('\n');
  }
}

/** Runs work that nobody waits for, so that what it throws tells the host no more than it may log. */
export async function failingPlainly<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof WorkFailedError ? error : toWorkFailed(error);
  }
}

function toWorkFailed(error: unknown): WorkFailedError {
  const thrown = toThrown(error);
  const { statusCode } = thrown;
  const code = codeOf(thrown) ?? toCode(thrown.name) ?? 'Error';
  const requestId = requestIdOf(thrown);
  const facts = [
    isStatus(statusCode) ? `${statusCode} ${code}` : code,
    ...(requestId === undefined ? [] : [`request ${requestId}`]),
  ].join(', ');
  const message = isStorageError(error)
    ? `The storage account of the app (AzureWebJobsStorage) could not be used (${facts}). The work is done again; if this goes on, check the setting and the roles of the app on that account.`
    : `The work met an error of this app (${facts}). It is done again.`;
  return new WorkFailedError(message, code, framesOf(thrown));
}

function toThrown(error: unknown): Thrown {
  return typeof error === 'object' && error !== null ? error : {};
}

function isStatus(status: unknown): status is number {
  return typeof status === 'number' && Number.isInteger(status) && status >= 100 && status <= 599;
}

function codeOf({ code, details }: Thrown): string | undefined {
  return toSystemCode(code) ?? toCode(code) ?? toCode(details?.odataError?.code);
}

function requestIdOf({ response }: Thrown): string | undefined {
  return toGuid(response?.headers?.get?.('x-ms-request-id'));
}

const MOST_FRAMES = 8;
const LONGEST_LINE = 400;
const FRAME =
  /^ {4}at (?:(?:[^(]*[. ])?([a-z]{2,15}(?:[A-Z][a-z]{1,14}){0,4}) \()?.*[/\\]([\w.-]{1,40}\.[cm]?[jt]s):(\d{1,7}):(\d{1,7})\)?$/;
const FILE = /^[a-z]{1,15}(?:[A-Z][a-z]{1,14}){0,3}(?:[-.][a-z]{1,15}){0,3}$/;

/** A stack begins with the message, so a line that looks like a frame need not be one: of each, names and numbers alone. */
function framesOf({ stack }: Thrown): string[] {
  if (typeof stack !== 'string') return [];
  const frames = stack.split('\n').flatMap((line) => {
    const [, method, file = '', row, column] = (line.length <= LONGEST_LINE && FRAME.exec(line)) || [];
    return FILE.test(file) ? [`${method === undefined ? '' : `${method} `}${file}:${row}:${column}`] : [];
  });
  return frames.slice(0, MOST_FRAMES);
}
