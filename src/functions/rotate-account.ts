import { app } from '@azure/functions';
import { ACCOUNT_ROUTE } from './regenerate-key.ts';
import type { Runtime } from './runtime/runtime.ts';
import { httpHandler } from './runtime/runtime.ts';

export function registerRotateAccount(runtime: Runtime): void {
  app.http('rotateAccount', {
    methods: ['POST'],
    authLevel: runtime.authLevel,
    route: `${ACCOUNT_ROUTE}/rotate`,
    handler: httpHandler(
      runtime,
      () => ['Rotations.Rotate'],
      async (web, services, request, facts) => {
        const { clock, timings } = services;
        const deadline = clock.monotonic() + timings.httpBudget;
        const force = web.readForce(request);
        if ('failure' in force) return web.failureReply(force.failure, facts);
        const account = web.readAccount(request);
        if ('failure' in account) return web.failureReply(account.failure, facts);

        const ids = web.readRequestIds(request);
        if ('failure' in ids) return web.failureReply(ids.failure, facts);
        const unmet = web.refusePreconditions(request);
        if (unmet !== undefined) return web.failureReply(unmet, facts);

        const command = { account: account.value, force: force.value, requestIds: ids.value };
        const patience = () => deadline - clock.monotonic();
        const result = await web.forCaller(patience, () => web.rotateAccount(services, command, patience));

        return result.kind === 'failed'
          ? web.failureReply(result.failure, { ...facts, rotationId: result.rotationId })
          : web.jsonReply(web.toRotationAnswer(result.rotation, result.writtenAt), {
              ...facts,
              rotationId: result.rotation.rotationId,
            });
      },
    ),
  });
}
