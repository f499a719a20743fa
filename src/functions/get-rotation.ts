import { app } from '@azure/functions';
import type { Runtime } from './runtime/runtime.ts';
import { httpHandler } from './runtime/runtime.ts';

export function registerGetRotation(runtime: Runtime): void {
  app.http('getRotation', {
    methods: ['GET'],
    authLevel: runtime.authLevel,
    // The host tries routes by the functions' names, so this one must leave `rotations/plan` to another.
    route: 'rotations/{rotationId:minlength(5)}',
    handler: httpHandler(
      runtime,
      () => ['Rotations.Read'],
      async (web, services, request, facts) => {
        const query = web.readPlainQuery(request);
        if ('failure' in query) return web.failureReply(query.failure, facts);
        const id = web.readRotationId(request);
        if ('failure' in id) return web.failureReply(id.failure, facts);

        const found = await services.store.findRotation(id.value);

        if (found === undefined) return web.failureReply(web.rotationNotFound(id.value), facts);
        return web.jsonReply(web.storedAnswer(found), { ...facts, rotationId: id.value });
      },
    ),
  });
}
