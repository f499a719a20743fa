import type { QueueClient } from '@azure/storage-queue';
import { RestError } from '@azure/storage-queue';
import type { WorkQueue } from '../../app/ports/ports.ts';
import type { WorkMessage } from '../../core/rotation/work-message.ts';
import { printWorkMessage } from '../../core/rotation/work-message.ts';
import type { TraceContext } from '../../core/trace-context.ts';
import { isCallersTimeOver } from '../callers-time.ts';
import { DeadlineError, withDeadline } from '../deadline.ts';
import { STORAGE_TRIES } from '../storage-tries.ts';

/** The longest time for which the Queue service hides a message: 7 days. */
const LONGEST_DELAY = 604_800;

/** Of one try, in seconds: the SDK's own time for a try does not end one that is never answered. */
const DEADLINE = 3;

/**
 * Base64, as `messageEncoding` in host.json says: the SDK sends the text as it is given. `currentTrace`: of the work
 * under way, which the message tells unless it is only passed on.
 */
export function createWorkQueue(
  client: QueueClient,
  currentTrace: () => TraceContext | undefined = () => undefined,
): WorkQueue {
  const sendOnce = (text: string, visibilityTimeout: number) =>
    withDeadline(DEADLINE, (abortSignal) =>
      client.sendMessage(text, { visibilityTimeout, messageTimeToLive: -1, abortSignal }),
    );
  // A message that comes twice does no harm.
  const send = async (text: string, visibilityTimeout: number): Promise<unknown> => {
    for (let tries = 1; ; tries++) {
      try {
        return await sendOnce(text, visibilityTimeout);
      } catch (error) {
        if (!(error instanceof DeadlineError) || tries === STORAGE_TRIES || isCallersTimeOver()) throw error;
      }
    }
  };
  return {
    async send(message: WorkMessage, delaySeconds: number): Promise<void> {
      const trace = message.trace ?? currentTrace();
      const text = Buffer.from(printWorkMessage({ ...message, ...(trace && { trace }) })).toString('base64');
      const hidden = Math.min(Math.ceil(delaySeconds), LONGEST_DELAY);
      try {
        await send(text, hidden);
      } catch (error) {
        if (!(error instanceof RestError) || error.code !== 'QueueNotFound') throw error;
        await client.createIfNotExists();
        await send(text, hidden);
      }
    },
  };
}
