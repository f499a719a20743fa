import { app } from '@azure/functions';
import type { Runtime } from './runtime/runtime.ts';

/** Open to everybody: it is what the repository shows. Sign-in leaves it out by `excludedPaths` in infra. */
export function registerEventSchema(runtime: Runtime): void {
  app.http('eventSchema', {
    methods: ['GET'],
    authLevel: 'anonymous',
    route: 'schemas/{eventType}',
    handler: async (request, context) => {
      const { loaded } = await runtime.load();
      return loaded.eventSchemaReply(request, loaded.readFacts(request, context.invocationId));
    },
  });
}
