import type { Recorder } from '../../app/ports/telemetry.ts';

/** What a healthy collector needs is a tenth of it. */
const LONGEST_WAIT_MS = 500;

/**
 * Sends, and waits for it for a moment. A collector that did not answer is not waited for again while it still owes that
 * answer, so that it costs a function half a second now and then, and no more.
 */
export function createFlush(send: () => Promise<void>, waitMs = LONGEST_WAIT_MS): Recorder['flush'] {
  let overdue: Promise<unknown> | undefined;
  return async () => {
    if (overdue !== undefined) return 'late';
    const sending = send().then(
      () => 'sent' as const,
      () => 'failed' as const,
    );
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), waitMs);
    });
    const outcome = await Promise.race([sending, late]);
    clearTimeout(timer);
    if (outcome === 'late') {
      overdue = sending.finally(() => {
        overdue = undefined;
      });
    }
    return outcome;
  };
}
