import { toCode, toGuid, toSystemCode } from '../core/known-forms.ts';
import type { LogFields } from './ports.ts';

/** What is read of something thrown; it is whatever was thrown, so nothing is as it should be. */
export interface Thrown {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly statusCode?: unknown;
  readonly stack?: unknown;
  readonly response?: { readonly headers?: { get?(name: string): unknown } };
  /** Of a token that storage was not given: what the identity endpoint answered. */
  readonly answer?: { readonly status?: unknown; readonly correlationId?: unknown };
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
    ...(isStatus(thrown.answer?.status) && { serviceStatus: thrown.answer.status }),
    serviceRequestId: requestIdOf(thrown),
    correlationId: toGuid(thrown.answer?.correlationId),
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
