import { app } from '@azure/functions';
import type { Runtime } from './runtime/runtime.ts';
import { httpHandler } from './runtime/runtime.ts';

export function registerPlanRotations(runtime: Runtime): void {
  app.http('planRotations', {
    methods: ['GET'],
    authLevel: runtime.authLevel,
    route: 'rotations/plan',
    handler: httpHandler(
      runtime,
      () => ['Rotations.Read'],
      async (web, services, request, facts) => {
        const query = web.readPlanQuery(request);
        if ('failure' in query) return web.failureReply(query.failure, facts);

        const plan = await web.planRotations(services, query.value.skipToken);

        if (plan.kind === 'failed') return web.failureReply(plan.failure, facts);
        return web.planReply(request, plan.value, facts);
      },
    ),
  });
}
