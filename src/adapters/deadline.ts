import { withinCallersTime } from './callers-time.ts';

/** Thrown where a call had no answer in time; the call itself was told to stop. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
  readonly seconds: number;

  constructor(seconds: number, options?: ErrorOptions) {
    super(`No answer within ${seconds} s.`, options);
    this.seconds = seconds;
  }
}

/** As `withLimit`, for a call that one caller waits for: he shortens the deadline. */
export function withDeadline<T>(longest: number, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return withLimit(withinCallersTime(longest), call);
}

/**
 * Runs a call that must end by a deadline, even where it does not heed its signal. It is told to stop first, and then
 * left alone after a moment.
 */
export async function withLimit<T>(seconds: number, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      controller.abort();
      timer = setTimeout(() => reject(new DeadlineError(seconds)), 100);
    }, seconds * 1000);
  });
  try {
    return await Promise.race([call(controller.signal), late]);
  } catch (error) {
    throw controller.signal.aborted ? new DeadlineError(seconds, { cause: error }) : error;
  } finally {
    clearTimeout(timer);
  }
}
