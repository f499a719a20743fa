import type { IncomingMessage } from 'node:http';
import { KeyEventError, parseKeyEvents } from 'maps-key-rotation/events';
import { isEventGrid } from './clouds.ts';
import type { CheckToken } from './event-grid-token.ts';
import type { KeyFollower } from './follow-keys.ts';
import type { Log } from './log.ts';
import type { Reply } from './reply.ts';

export type Webhook = {
  handshake(request: IncomingMessage): Reply;
  deliver(request: IncomingMessage): Promise<Reply>;
};

/** Event Grid's own limit for an event, or a batch of them. */
const bodyLimit = 1024 * 1024;

/**
 * Event Grid gives up at once on 400, 401, 403 and 413, and delivers again for a day on anything else that is not
 * 200 to 204: so what may be better later is 503.
 */
export function createWebhook(checkToken: CheckToken, follower: KeyFollower, log: Log): Webhook {
  return {
    // It is asked without a token: agreeing gives nobody anything, since each delivery is checked.
    handshake({ headers }) {
      const origin = String(headers['webhook-request-origin']);
      if (!isEventGrid(origin)) return { status: 403 };
      return {
        status: 200,
        headers: { Allow: 'POST', 'WebHook-Allowed-Origin': origin, 'WebHook-Allowed-Rate': '*' },
      };
    },
    async deliver(request) {
      const verdict = await checkToken(request.headers.authorization);
      if (verdict === 'unknown') return { status: 503 };
      if (verdict === 'refused') {
        log('warn', 'A delivery was refused: its token is not from Event Grid, or not for this app.');
        return { status: 401, headers: { 'WWW-Authenticate': 'Bearer' } };
      }
      const body = await readBody(request);
      return body === undefined ? { status: 413 } : take(body, follower, log);
    },
  };
}

async function take(body: string, follower: KeyFollower, log: Log): Promise<Reply> {
  try {
    const events = parseKeyEvents(JSON.parse(body));
    const applied = [];
    for (const event of events) applied.push(await follower.apply(event));
    return { status: applied.includes('later') ? 503 : 204 };
  } catch (error) {
    if (!(error instanceof KeyEventError || error instanceof SyntaxError)) throw error;
    log('error', 'A delivery was no key event.', error instanceof KeyEventError ? { path: error.path } : {});
    return { status: 400 };
  }
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Read to its end, but not kept: who is cut off while he sends does not see the answer.
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= bodyLimit) chunks.push(chunk);
  }
  if (bytes > bodyLimit) return undefined;
  return Buffer.concat(chunks).toString('utf8');
}
