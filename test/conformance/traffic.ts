import type { OpenApiDocument } from '../../src/web/openapi/types.ts';
import type { LocalAzure } from '../../tools/local-azure/local-azure.ts';
import { ACCOUNT_CALLS } from '../http/openapi-account-calls.ts';
import { asPrincipal, startApps } from '../http/openapi-apps.ts';
import { GUARD_CALLS, READ_CALLS } from '../http/openapi-calls.ts';
import { ORDER_CALLS, POLICY_CALLS } from '../http/openapi-own-calls.ts';
import { type Exchange, recordFetches } from './recorder.ts';

/** What the app said to every request that `test/http/openapi.test.ts` has, and sent to its topic meanwhile. */
export interface Traffic {
  readonly exchanges: readonly RecordedExchange[];
  readonly events: LocalAzure['events'];
  readonly documents: Readonly<Record<Auth, OpenApiDocument>>;
}

export type Auth = 'key' | 'entra';

export interface RecordedExchange extends Exchange {
  /** Whose contract it is. */
  readonly auth: Auth;
}

const CALLS = [...GUARD_CALLS, ...READ_CALLS, ...ACCOUNT_CALLS, ...ORDER_CALLS, ...POLICY_CALLS];

export async function recordTraffic(): Promise<Traffic> {
  const apps = await startApps();
  const recorder = recordFetches(({ pathname }) => pathname.startsWith('/api/'));
  const recorded: RecordedExchange[] = [];
  try {
    for (const { operationId, answer, app, send } of CALLS) {
      const before = recorder.exchanges.length;
      // It rejects where an answer is not as the test has it. Here the tools are asked, and each has to see it by itself.
      const problem = await send(apps).catch((error: unknown) => error);
      const had = recorder.exchanges.slice(before);
      if (had.length === 0) throw new Error(`${operationId}: ${answer} was not had.`, { cause: problem });
      const auth = app === 'entra' ? 'entra' : 'key';
      for (const exchange of had) {
        // What the host answers in the place of the app has no body, and is not the app's to describe.
        if ('x-ms-request-id' in exchange.response.headers) recorded.push({ ...exchange, auth });
      }
    }
    const read = async (url: string, headers: Record<string, string>) =>
      (await (await fetch(`${url}/api/openapi.json`, { headers })).json()) as OpenApiDocument;
    const documents = {
      key: await read(apps.key.url, { 'x-functions-key': apps.key.functionKey }),
      entra: await read(apps.entra.url, asPrincipal('Rotations.Read')),
    };
    return { exchanges: recorded, events: [...apps.stage.azure.events], documents };
  } finally {
    recorder.stop();
    await apps.close();
  }
}
