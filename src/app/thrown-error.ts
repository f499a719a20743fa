import type { Failure } from '../core/failure.ts';
import { storageUnavailable } from '../core/failure.ts';
import { toCode, toGuid, toSystemCode } from '../core/known-forms.ts';
import { identityFailure } from '../core/service-codes/identity-failure.ts';
import type { CodeContext } from '../core/service-codes/types.ts';
import { failureFields } from './failure-fields.ts';
import type { LogFields } from './ports/ports.ts';
import { TokenError } from './token-error.ts';

/** What is read of something thrown; it is whatever was thrown, so nothing is as it should be. */
export interface Thrown {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly statusCode?: unknown;
  readonly stack?: unknown;
  readonly response?: { readonly headers?: { get?(name: string): unknown } };
  /** Where the Table client has read the body. */
  readonly details?: { readonly odataError?: { readonly code?: unknown } };
}

/** What is known of an unexpected error without its message, which is a service's body at times. */
export function describeError(error: unknown): LogFields {
  const thrown = toThrown(error);
  const { statusCode } = thrown;
  return {
    name: toCode(thrown.name),
    code: codeOf(thrown),
    ...(isStatus(statusCode) && { statusCode }),
    ...(error instanceof TokenError && failureFields(storageFailure(error))),
    serviceRequestId: requestIdOf(thrown),
    frames: framesOf(thrown).join(' | '),
  };
}

/** What is thrown comes from storage, which alone has no failures of its own, or is an error of ours. */
export function isStorageError(error: unknown): boolean {
  const { name, statusCode } = toThrown(error);
  return (
    isStatus(statusCode) ||
    (typeof name === 'string' && /^(RestError|AbortError|DeadlineError|TimeoutError|TokenError)$/.test(name))
  );
}

const STORAGE: CodeContext = {
  service: 'Azure Storage',
  action: 'of the roles Storage Queue and Table Data Contributor',
  scope: 'the storage account of the app',
};

/** What such an error is to whoever has to be told. What it means for the key is added by whoever knows it. */
export function storageFailure(error: unknown): Failure {
  return error instanceof TokenError ? identityFailure(STORAGE, error.answer) : storageUnavailable();
}

export function toThrown(error: unknown): Thrown {
  return typeof error === 'object' && error !== null ? error : {};
}

export function isStatus(status: unknown): status is number {
  return typeof status === 'number' && Number.isInteger(status) && status >= 100 && status <= 599;
}

export function codeOf({ code, details }: Thrown): string | undefined {
  return toSystemCode(code) ?? toCode(code) ?? toCode(details?.odataError?.code);
}

export function requestIdOf({ response }: Thrown): string | undefined {
  return toGuid(response?.headers?.get?.('x-ms-request-id'));
}

const MOST_FRAMES = 8;
const LONGEST_LINE = 400;
const FRAME =
  /^ {4}at (?:(?:[^(]*[. ])?([a-z]{2,15}(?:[A-Z][a-z]{1,14}){0,4}) \()?.*[/\\]([\w.-]{1,40}\.[cm]?[jt]s):(\d{1,7}):(\d{1,7})\)?$/;
const FILE = /^[a-z]{1,15}(?:[A-Z][a-z]{1,14}){0,3}(?:[-.][a-z]{1,15}){0,3}$/;

/** A stack begins with the message, so a line that looks like a frame need not be one: of each, names and numbers alone. */
export function framesOf({ stack }: Thrown): string[] {
  if (typeof stack !== 'string') return [];
  const frames = stack.split('\n').flatMap((line) => {
    const [, method, file = '', row, column] = (line.length <= LONGEST_LINE && FRAME.exec(line)) || [];
    return FILE.test(file) ? [`${method === undefined ? '' : `${method} `}${file}:${row}:${column}`] : [];
  });
  return frames.slice(0, MOST_FRAMES);
}
