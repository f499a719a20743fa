import { app } from '@azure/functions';
import type { Runtime } from './runtime.ts';
import { settingsFaults, toLog } from './runtime.ts';

/** Open to everybody, so it says whether the app works and its timers run, and of what is wrong no more than that. */
export function registerHealth(runtime: Runtime): void {
  app.http('health', {
    methods: ['GET'],
    authLevel: 'anonymous',
    route: 'health',
    handler: async (request, context) => {
      const { loaded, app: made } = await runtime.load();
      const unhealthy = { status: 'unhealthy' as const };
      const health =
        'settings' in made && settingsFaults(made).length === 0
          ? await loaded.checkHealth(made.services(toLog(context))).catch(() => unhealthy)
          : unhealthy;
      const reply = loaded.jsonReply(health, loaded.readFacts(request, context.invocationId));
      return { ...reply, status: health.status === 'healthy' ? 200 : 503 };
    },
  });
}
