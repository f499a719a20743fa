import { randomUUID } from 'node:crypto';
import { sendToWebhook, type WebhookAnswer, type WebhookRequest } from './webhook-request.ts';

export const eventGridOrigin = 'eventgrid.azure.net';

/**
 * CloudEvents' abuse protection: the endpoint has to agree before it gets events. What is wrong, or undefined.
 * No token goes along, also where deliveries carry one: a subscriber must not count on it. Nor is there a callback.
 * https://learn.microsoft.com/azure/event-grid/end-point-validation-cloud-events-schema
 */
export async function handshakeFault(
  to: Omit<WebhookRequest, 'method' | 'headers' | 'body'>,
): Promise<string | undefined> {
  const headers = { 'WebHook-Request-Origin': eventGridOrigin };
  const answer = await sendToWebhook({ ...to, method: 'OPTIONS', headers });
  const wrong = answerFault(answer);
  if (wrong === undefined) return undefined;
  // As Event Grid does, without the query: it may hold a secret.
  const { origin, pathname } = new URL(to.endpoint);
  const trace = `Activity id:${randomUUID()}, timestamp: ${new Date().toISOString()}.`;
  return `Url validation: Webhook validation handshake failed for ${origin}${pathname}. ${wrong} For troubleshooting, visit https://aka.ms/esvalidation. ${trace}`;
}

function answerFault(answer: WebhookAnswer): string | undefined {
  switch (answer.kind) {
    case 'answered': {
      if (answer.status !== 200) {
        return `Http OPTIONS request failed with response code ${answer.status}.`;
      }
      const allowed = answer.headers['webhook-allowed-origin'];
      if (allowed === '*' || (typeof allowed === 'string' && allowed.toLowerCase() === eventGridOrigin)) {
        return undefined;
      }
      return `The response's WebHook-Allowed-Origin is neither '${eventGridOrigin}' nor '*'.`;
    }
    case 'timedOut':
      return 'Http OPTIONS request timed out.';
    case 'closed':
      return 'Http OPTIONS request was canceled.';
    case 'failed':
      return `Http OPTIONS request failed with response code Unknown (${answer.code}).`;
    default:
      return answer satisfies never;
  }
}
