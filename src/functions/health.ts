import { app } from '@azure/functions';
import type { Failure } from '../core/failure.ts';
import type { Runtime } from './runtime/runtime.ts';
import { settingsFaults, toLog } from './runtime/runtime.ts';

/**
 * Open to everybody, so it says whether the app works and its timers run, and of what is wrong no more than which
 * settings: neither their values nor what is wrong with them. `besides`: faults that stop no function.
 */
export function registerHealth(runtime: Runtime, besides: readonly Failure[]): void {
  app.http('health', {
    methods: ['GET'],
    authLevel: 'anonymous',
    route: 'health',
    handler: async (request, context) => {
      const { loaded, app: made } = await runtime.load();
      const faults = settingsFaults(made);
      const found =
        'settings' in made && faults.length === 0
          ? await loaded.checkHealth(made.services(toLog(context))).catch(() => UNHEALTHY)
          : UNHEALTHY;
      const settings = [...new Set([...faults, ...besides].flatMap(({ target }) => target ?? []))];
      const health = settings.length === 0 ? found : { ...found, ...UNHEALTHY, settings };
      const reply = loaded.jsonReply(health, loaded.readFacts(request, context.invocationId));
      return { ...reply, status: health.status === 'healthy' ? 200 : 503 };
    },
  });
}

const UNHEALTHY = { status: 'unhealthy' as const };
