import type { CloudEvent } from './cloud-event.ts';
import type { WebhookAnswer } from './webhook-request.ts';

/** Of Event Grid's outcomes those that a webhook can have; GenericError is all that has none of its own. */
export type DeliveryOutcome =
  | 'Delivered'
  | 'BadRequest'
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'PayloadTooLarge'
  | 'Busy'
  | 'TimedOut'
  | 'SocketError'
  | 'ResolutionError'
  | 'Aborted'
  | 'GenericError';

export type DeadLetterReason =
  | 'MaxDeliveryAttemptsExceeded'
  | 'TimeToLiveExceeded'
  | 'UndeliverableDueToClientError';

/** The event as it was, and beside its attributes why it was given up; in CloudEvents' schema all lower-case. */
export type DeadLetter = CloudEvent & {
  deadletterreason: DeadLetterReason;
  deliveryattempts: number;
  lastdeliveryoutcome: DeliveryOutcome;
  publishtime: string;
  lastdeliveryattempttime: string;
};

const outcomes: Record<number, DeliveryOutcome> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  408: 'TimedOut',
  413: 'PayloadTooLarge',
  429: 'Busy',
  503: 'Busy',
};

/** Only these five are success. */
const delivered = [200, 201, 202, 203, 204];

export function toOutcome(answer: WebhookAnswer): DeliveryOutcome {
  switch (answer.kind) {
    case 'answered':
      return delivered.includes(answer.status) ? 'Delivered' : (outcomes[answer.status] ?? 'GenericError');
    case 'timedOut':
      return 'TimedOut';
    case 'closed':
      return 'Aborted';
    case 'failed':
      return ['ENOTFOUND', 'EAI_AGAIN'].includes(answer.code) ? 'ResolutionError' : 'SocketError';
    default:
      return answer satisfies never;
  }
}

export function toDeadLetter(
  event: CloudEvent,
  reason: DeadLetterReason,
  last: { attempt: number; outcome: DeliveryOutcome; time: string },
  publishTime: string,
): DeadLetter {
  return {
    ...event,
    deadletterreason: reason,
    deliveryattempts: last.attempt,
    lastdeliveryoutcome: last.outcome,
    publishtime: publishTime,
    lastdeliveryattempttime: last.time,
  };
}
