import { EventGridPublisherClient } from '@azure/eventgrid';
import type { AccessToken, GetTokenOptions, TokenCredential } from '@azure/identity';
import type { EventSink } from '../../app/ports/telling-ports.ts';
import type { Failure } from '../../core/failure.ts';
import type { RotationEvent } from '../../core/rotation/events.ts';
import { codeOfRefusedEvent } from '../../core/service-codes/event-grid.ts';
import { refusalMessage, serviceCode } from '../../core/service-codes/index.ts';
import { toMilliseconds } from '../../core/time.ts';
import type { CallSite } from '../call-site.ts';
import { withoutWaiting } from '../sdk-retries.ts';
import { attemptInTime, tokenWaitPolicy } from '../token-waits.ts';

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
  const retries = withoutWaiting({ maxRetries: 1, retryDelayInMs: 200, maxRetryDelayInMs: 500 });
  const client = new EventGridPublisherClient(endpoint, 'CloudEvent', topicCredential, {
    ...retries,
    additionalPolicies: [...retries.additionalPolicies, tokenWaitPolicy],
  });
  const site: CallSite = {
    service: 'Event Grid',
    action: 'Microsoft.EventGrid/events/send/action (EventGrid Data Sender)',
    scope: `the topic ${endpoint}`,
  };
  const attempt = async (call: (signal: AbortSignal) => Promise<unknown>): Promise<Failure | undefined> => {
    const outcome = await attemptInTime(TIMEOUT_SECONDS, call, site);
    return outcome.kind === 'failed' ? outcome.failure : undefined;
  };
  let acceptedAt = Number.NEGATIVE_INFINITY;
  return {
    async ready() {
      if (performance.now() - acceptedAt < PROOF_MS) return undefined;
      return attempt((abortSignal) => topicCredential.getToken([], { abortSignal }));
    },
    async publish(event) {
      const failure = await attempt((abortSignal) => client.send([toCloudEvent(event)], { abortSignal }));
      if (failure === undefined) acceptedAt = performance.now();
      return failure && aboutTheEvent(failure, site);
    },
  };
}

/** What Event Grid means by its status has a code of ours; its own one is kept beside that. */
function aboutTheEvent(failure: Failure, site: CallSite): Failure {
  const code = codeOfRefusedEvent(failure.status);
  if (code === undefined) return failure;
  const { passes } = serviceCode(failure.status, code);
  return {
    ...failure,
    code,
    message: refusalMessage(failure.status, code, site),
    passing: passes,
    serviceStatus: failure.status,
    serviceCode: failure.serviceCode ?? failure.code,
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
