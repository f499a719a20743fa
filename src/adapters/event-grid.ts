import { EventGridPublisherClient } from '@azure/eventgrid';
import type { AccessToken, GetTokenOptions, TokenCredential } from '@azure/identity';
import type { EventSink } from '../app/telling-ports.ts';
import type { RotationEvent } from '../core/events.ts';
import type { Failure } from '../core/failure.ts';
import { toMilliseconds } from '../core/time.ts';
import type { CallSite } from './azure-advice.ts';
import { identityFailure, timedOut, toFailure } from './azure-failure.ts';
import { DeadlineError, withDeadline } from './deadline.ts';

export interface EventGridOptions {
  readonly endpoint: string;
  readonly credential: TokenCredential;
}

/** A caller may be waiting behind it, and what fails here is sent again from its row. */
const TIMEOUT_SECONDS = 5;

/** For how long an accepted event proves that the app can send the next one. */
const PROOF_MS = 60_000;

/** The custom topic, by Entra ID alone: no access key. */
export function createEventGrid({ endpoint, credential }: EventGridOptions): EventSink {
  const topicCredential = forAudience(credential, audienceOf(endpoint));
  const client = new EventGridPublisherClient(endpoint, 'CloudEvent', topicCredential, {
    retryOptions: { maxRetries: 1, retryDelayInMs: 200, maxRetryDelayInMs: 500 },
  });
  const site: CallSite = {
    service: 'Event Grid',
    action: 'Microsoft.EventGrid/events/send/action (EventGrid Data Sender)',
    scope: `the topic ${endpoint}`,
  };
  const attempt = async (call: (signal: AbortSignal) => Promise<unknown>): Promise<Failure | undefined> => {
    try {
      await withDeadline(TIMEOUT_SECONDS, call);
      return undefined;
    } catch (error) {
      return error instanceof DeadlineError ? timedOut(site, error.seconds) : toFailure(error, site);
    }
  };
  let acceptedAt = Number.NEGATIVE_INFINITY;
  return {
    async ready() {
      if (performance.now() - acceptedAt < PROOF_MS) return undefined;
      const failure = await attempt((abortSignal) => topicCredential.getToken([], { abortSignal }));
      return failure && identityFailure(site);
    },
    async publish(event) {
      const failure = await attempt((abortSignal) => client.send([toCloudEvent(event)], { abortSignal }));
      if (failure === undefined) acceptedAt = performance.now();
      return failure;
    },
  };
}

function toCloudEvent(event: RotationEvent) {
  const { id, source, type, subject, data, trace } = event;
  const time = toMilliseconds(event.time);
  return {
    id,
    source,
    type,
    subject,
    data: { ...data },
    ...(time !== undefined && { time: new Date(time) }),
    ...(trace && { extensionAttributes: { ...trace } }),
  };
}

/** The client asks for the public cloud's audience alone; in other clouds it follows the topic's endpoint. */
function audienceOf(endpoint: string): string {
  const [cloud] = /(?<=\.eventgrid)\.azure\.(us|cn)$/.exec(new URL(endpoint).hostname) ?? ['.azure.net'];
  return `https://eventgrid${cloud}/.default`;
}

function forAudience(credential: TokenCredential, scope: string): TokenCredential {
  return {
    getToken: (_: string | string[], options?: GetTokenOptions): Promise<AccessToken | null> =>
      credential.getToken(scope, options),
  };
}
