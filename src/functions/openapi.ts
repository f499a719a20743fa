import { app } from '@azure/functions';
import type { Runtime } from './runtime/runtime.ts';
import { httpAuth, httpHandler } from './runtime/runtime.ts';

export function registerOpenApi(runtime: Runtime): void {
  app.http('openapi', {
    methods: ['GET'],
    authLevel: runtime.authLevel,
    route: 'openapi.json',
    handler: httpHandler(
      runtime,
      () => ['Rotations.Read'],
      async (web, _services, request, facts) => {
        const query = web.readPlainQuery(request);
        if ('failure' in query) return web.failureReply(query.failure, facts);

        const { openApiDocument } = await web.loadOpenApi();

        return web.jsonReply(openApiDocument(httpAuth(runtime)), facts);
      },
    ),
  });
}
