import { app } from '@azure/functions';
import type { Runtime } from './runtime.ts';
import { settingsFaults, toLog } from './runtime.ts';

/**
 * Open to everybody, so it says whether the app works and its timers run, and of what is wrong no more than which
 * settings: neither their values nor what is wrong with them.
 */
export function registerHealth(runtime: Runtime): void {
  app.http('health', {
    methods: ['GET'],
    authLevel: 'anonymous',
    route: 'health',
    handler: async (request, context) => {
      const { loaded, app: made } = await runtime.load();
      const faults = settingsFaults(made);
      const health =
        'settings' in made && faults.length === 0
          ? await loaded.checkHealth(made.services(toLog(context))).catch(() => UNHEALTHY)
          : { ...UNHEALTHY, settings: [...new Set(faults.flatMap(({ target }) => target ?? []))] };
      const reply = loaded.jsonReply(health, loaded.readFacts(request, context.invocationId));
      return { ...reply, status: health.status === 'healthy' ? 200 : 503 };
    },
  });
}

const UNHEALTHY = { status: 'unhealthy' as const };
