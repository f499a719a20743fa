import { app } from '@azure/functions';
import type { Runtime } from './runtime/runtime.ts';
import { httpHandler } from './runtime/runtime.ts';

export const ACCOUNT_ROUTE =
  'subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Maps/accounts/{accountName}';

export function registerRegenerateKey(runtime: Runtime): void {
  app.http('regenerateKey', {
    methods: ['POST'],
    authLevel: runtime.authLevel,
    route: `${ACCOUNT_ROUTE}/regenerateKey`,
    handler: httpHandler(
      runtime,
      (request, { prefersMinimal }) =>
        prefersMinimal(request) ? ['Rotations.Rotate'] : ['Rotations.Rotate', 'Keys.Read'],
      async (web, services, request, facts) => {
        const { clock, timings } = services;
        const deadline = clock.monotonic() + timings.httpBudget;
        const query = web.readPlainQuery(request);
        if ('failure' in query) return web.failureReply(query.failure, facts);
        const account = web.readAccount(request);
        if ('failure' in account) return web.failureReply(account.failure, facts);
        const ids = web.readRequestIds(request);
        if ('failure' in ids) return web.failureReply(ids.failure, facts);
        const body = await web.readKeyType(request);
        if ('failure' in body) return web.failureReply(body.failure, facts);
        const unmet = web.refusePreconditions(request);
        if (unmet !== undefined) return web.failureReply(unmet, facts);

        const command = { account: account.value, keyType: body.value.keyType, requestIds: ids.value };
        const patience = () => deadline - clock.monotonic();
        const result = await web.forCaller(patience, () => web.regenerateKey(services, command, patience));

        const { rotationId } = result;
        return result.kind === 'keys'
          ? web.keysReply(result.keys, web.prefersMinimal(request), { ...facts, rotationId })
          : web.failureReply(result.failure, { ...facts, rotationId });
      },
    ),
  });
}
