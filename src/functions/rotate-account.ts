import { app } from '@azure/functions';
import { ACCOUNT_ROUTE } from './regenerate-key.ts';
import type { Runtime } from './runtime.ts';
import { httpHandler } from './runtime.ts';

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

        const ids = web.readRequestIds(request, clock.now());
        if ('failure' in ids) return web.failureReply(ids.failure, facts);

        const command = {
          account: account.value,
          force: force.value,
          requestIds: ids.value.repeatability === undefined ? {} : ids.value,
        };
        const result = await web.rotateAccount(services, command, () => deadline - clock.monotonic());

        if (result.kind === 'failed') {
          return web.failureReply(result.failure, { ...facts, rotationId: result.rotationId });
        }
        const { rotation } = result;
        const found = await services.store.findRotation(rotation.rotationId);
        const answer = found === undefined ? web.toRotationAnswer(rotation) : web.storedAnswer(found);
        return web.jsonReply(answer, { ...facts, rotationId: rotation.rotationId });
      },
    ),
  });
}
