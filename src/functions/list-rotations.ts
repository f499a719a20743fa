import { app } from '@azure/functions';
import type { Runtime } from './runtime/runtime.ts';
import { httpHandler } from './runtime/runtime.ts';

export function registerListRotations(runtime: Runtime): void {
  app.http('listRotations', {
    methods: ['GET'],
    authLevel: runtime.authLevel,
    route: 'rotations',
    handler: httpHandler(
      runtime,
      () => ['Rotations.Read'],
      async (web, services, request, facts) => {
        const query = web.readListQuery(request);
        if ('failure' in query) return web.failureReply(query.failure, facts);
        const { filter, top, continuation: from } = query.value;

        const { rotations, continuation } = await services.store.listRotations(filter, top, from);

        const next = continuation !== undefined && { nextLink: web.nextLink(request, continuation) };
        return web.jsonReply({ value: rotations.map(web.storedAnswer), ...next }, facts);
      },
    ),
  });
}
