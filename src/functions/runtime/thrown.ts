import {
  codeOf,
  framesOf,
  isStatus,
  isStorageError,
  requestIdOf,
  storageFailure,
  toThrown,
} from '../../app/thrown-error.ts';
import { TokenError } from '../../app/token-error.ts';
import type { Failure } from '../../core/failure.ts';
import { unavailable } from '../../core/failure.ts';
import { toCode } from '../../core/known-forms.ts';

/** Of what was thrown before any key was touched: what comes later is told by the use case, which knows the key's fate. */
export function internalFailure(error: unknown): Failure {
  if (error instanceof TokenError) {
    const failure = storageFailure(error);
    return { ...failure, message: `${failure.message} ${NOT_FINISHED}` };
  }
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

const NOT_FINISHED =
  'The request was not finished. Send it again, with the same Repeatability-Request-ID if it had one.';

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

const UNNAMED = 'Error';

function toWorkFailed(error: unknown): WorkFailedError {
  const thrown = toThrown(error);
  if (error instanceof TokenError) return withoutToken(error);
  const { statusCode } = thrown;
  const code = codeOf(thrown) ?? toCode(thrown.name) ?? UNNAMED;
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

function withoutToken(error: TokenError): WorkFailedError {
  const { code, message, correlationId } = storageFailure(error);
  const id = correlationId === undefined ? '' : ` (correlation id ${correlationId})`;
  return new WorkFailedError(`${message} The work is done again${id}.`, code, framesOf(error));
}
