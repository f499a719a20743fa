import { app } from '@azure/functions';
import { echoedRequestId } from '../web/requests/client-request-id.ts';
import type { Runtime } from './runtime/runtime.ts';

/** The page for people. It is open to everybody, since it has nothing in it: its data come from the other routes. */
export function registerStatus({ authLevel }: Runtime): void {
  app.http('status', {
    methods: ['GET'],
    authLevel: 'anonymous',
    route: 'status',
    handler: async (request, context) => {
      const { html, policy } = await import('../web/status-page.js');
      const clientRequestId = echoedRequestId(request);
      const auth = authLevel === 'anonymous' ? 'entra' : 'key';
      return {
        headers: {
          'Content-Type': 'text/html; charset=utf-8',
          'Content-Security-Policy': policy,
          // Somebody may have put a function key into its address.
          'Cache-Control': 'no-store',
          'Referrer-Policy': 'no-referrer',
          'X-Content-Type-Options': 'nosniff',
          'X-Frame-Options': 'DENY',
          'Cross-Origin-Opener-Policy': 'same-origin',
          'Cross-Origin-Resource-Policy': 'same-origin',
          'x-ms-request-id': context.invocationId,
          ...(clientRequestId !== undefined && { 'x-ms-client-request-id': clientRequestId }),
        },
        body: html.replace('data-auth="key"', `data-auth="${auth}"`),
      };
    },
  });
}
