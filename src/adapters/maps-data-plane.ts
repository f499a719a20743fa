import { createDefaultHttpClient, createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import { createTracingClient } from '@azure/core-tracing';
import type { MapsDataPlane } from '../app/telling-ports.ts';
import type { Failure } from '../core/failure.ts';
import { unavailable } from '../core/failure.ts';
import { timedOut, toFailure } from './azure-failure.ts';
import type { CallSite } from './call-site.ts';
import { DeadlineError, withDeadline } from './deadline.ts';

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
  return {
    async tryKey(key) {
      try {
        const status = await tracing.withSpan(
          'HTTP GET',
          {},
          async (_, span) => {
            const response = await withDeadline(timeoutSeconds, (abortSignal) => {
              const headers = createHttpHeaders({
                accept: 'application/json',
                'subscription-key': key.reveal(),
              });
              return client.sendRequest(createPipelineRequest({ url, headers, abortSignal }));
            });
            span.setAttribute('http.status_code', response.status);
            return response.status;
          },
          { spanKind: 'client', spanAttributes: { 'http.url': url, 'http.method': 'GET' } },
        );
        return judge(status);
      } catch (error) {
        return error instanceof DeadlineError ? timedOut(site, error.seconds) : toFailure(error, site);
      }
    },
  };
}

function judge(status: number): Failure | undefined {
  if (status === 200) return undefined;
  if (status === 401 || status === 403) {
    const message = `Azure Maps answered ${status} to the new key: it does not know the key yet, or the account may not use it.`;
    return { ...unavailable('KeyNotAccepted', message), status };
  }
  return unavailable('MapsUnavailable', `Azure Maps answered ${status}, which says nothing of the key.`);
}
