import type { PipelineResponse } from '@azure/core-rest-pipeline';
import { createDefaultHttpClient, createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import { createTracingClient } from '@azure/core-tracing';
import type { MapsDataPlane } from '../../app/ports/telling-ports.ts';
import type { Failure } from '../../core/failure.ts';
import { keyNotAccepted, unavailable } from '../../core/failure.ts';
import type { Secret } from '../../core/secret.ts';
import { MAPS_CODES } from '../../core/service-codes/maps.ts';
import { timedOut, toFailure } from '../azure-failure.ts';
import type { CallSite } from '../call-site.ts';
import { DeadlineError, withDeadline } from '../deadline.ts';

export interface MapsDataPlaneOptions {
  /** `https://atlas.microsoft.com`, or another cloud's. */
  readonly endpoint: string;
  readonly timeoutSeconds: number;
}

/**
 * Render - Get Copyright Caption: the smallest answer of Azure Maps, of the same service as its tiles, and not billed.
 * https://learn.microsoft.com/rest/api/maps/render/get-copyright-caption
 */
const PROBE = 'map/copyright/caption/json?api-version=2024-04-01';

const tracing = createTracingClient({ namespace: 'Microsoft.Maps', packageName: 'maps-key-rotation' });

/** No pipeline: a refusal is an answer, a repeat comes from the rotation, and no policy gets to see the key. */
export function createMapsDataPlane({ endpoint, timeoutSeconds }: MapsDataPlaneOptions): MapsDataPlane {
  const client = createDefaultHttpClient();
  const url = new URL(PROBE, `${endpoint}/`).href;
  const site: CallSite = { service: 'Azure Maps', action: 'the key itself', scope: endpoint };
  const ask = (key: Secret) =>
    tracing.withSpan(
      'HTTP GET',
      {},
      async (_, span) => {
        const response = await withDeadline(timeoutSeconds, (abortSignal) => {
          const headers = createHttpHeaders({ accept: 'application/json', 'subscription-key': key.reveal() });
          return client.sendRequest(createPipelineRequest({ url, headers, abortSignal }));
        });
        span.setAttribute('http.status_code', response.status);
        return response;
      },
      { spanKind: 'client', spanAttributes: { 'http.url': url, 'http.method': 'GET' } },
    );
  return {
    async tryKey(key) {
      try {
        return judge(await ask(key), site);
      } catch (error) {
        return error instanceof DeadlineError ? timedOut(site, error.seconds) : toFailure(error, site);
      }
    },
  };
}

/** Only what is about the key is a refusal of it. What Azure Maps asks for besides, as time, is kept as it is said. */
function judge(response: PipelineResponse, site: CallSite): Failure | undefined {
  const { status } = response;
  if (status === 200) return undefined;
  const failure = toFailure({ statusCode: status, response }, site);
  if (status < 500 && Object.hasOwn(MAPS_CODES, failure.code))
    return { ...failure, ...keyNotAccepted(status, failure.message) };
  if (status === 401 || status === 403) {
    const message = `Azure Maps answered ${status} to the new key: the account may not use it, or it does not know the key yet.`;
    return { ...failure, ...keyNotAccepted(status, message) };
  }
  if (failure.passing) return failure;
  const message = `Azure Maps answered ${status}, which says nothing of the key.`;
  return { ...failure, ...unavailable('MapsUnavailable', message) };
}
