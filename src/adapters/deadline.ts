/** Thrown where a call had no answer in time; the call itself was told to stop. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/**
 * Runs a call that must end by a deadline, even where it does not heed its signal. It is told to stop first, and then
 * left alone after a moment.
 */
export async function withDeadline<T>(
  seconds: number,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      controller.abort();
      timer = setTimeout(() => reject(new DeadlineError(`No answer within ${seconds} s.`)), 100);
    }, seconds * 1000);
  });
  try {
    return await Promise.race([call(controller.signal), late]);
  } catch (error) {
    throw controller.signal.aborted
      ? new DeadlineError(`No answer within ${seconds} s.`, { cause: error })
      : error;
  } finally {
    clearTimeout(timer);
  }
}
