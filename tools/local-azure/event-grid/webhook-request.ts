import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

export type WebhookRequest = {
  method: 'OPTIONS' | 'POST';
  endpoint: string;
  headers: Record<string, string>;
  body?: string;
  timeoutMs: number;
  /** What an endpoint on this machine is trusted by; others are as Node trusts them. */
  ca: string;
  closing: AbortSignal;
};

export type WebhookAnswer =
  | { kind: 'answered'; status: number; headers: Record<string, string | string[] | undefined> }
  | { kind: 'timedOut' }
  | { kind: 'closed' }
  | { kind: 'failed'; code: string; message: string };

/** On a connection of its own, and never thrown: what a subscriber does wrong is its answer here. Redirects are answers. */
export async function sendToWebhook(asked: WebhookRequest): Promise<WebhookAnswer> {
  const timeout = AbortSignal.timeout(asked.timeoutMs);
  try {
    return await send(asked, AbortSignal.any([asked.closing, timeout]));
  } catch (error) {
    if (asked.closing.aborted) return { kind: 'closed' };
    if (timeout.aborted) return { kind: 'timedOut' };
    const { code = 'UNKNOWN', message } = error as NodeJS.ErrnoException;
    return { kind: 'failed', code, message };
  }
}

function send(asked: WebhookRequest, signal: AbortSignal): Promise<WebhookAnswer> {
  const { endpoint, method, body = '' } = asked;
  const headers = { ...asked.headers, 'Content-Length': String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const options = { method, headers, agent: false as const, signal };
    const request = endpoint.startsWith('https:')
      ? httpsRequest(endpoint, { ...options, ...(isLoopback(endpoint) && { ca: asked.ca }) })
      : httpRequest(endpoint, options);
    request.on('error', reject);
    request.on('response', (response) => {
      response.on('error', reject);
      response.on('end', () => {
        resolve({ kind: 'answered', status: response.statusCode ?? 0, headers: response.headers });
      });
      response.resume();
    });
    request.end(body);
  });
}

export function isLoopback(endpoint: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(endpoint).hostname);
}
