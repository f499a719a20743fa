import type { TimerHandler } from '@azure/functions';
import { app } from '@azure/functions';
import type { Runtime } from './runtime.ts';
import { backgroundServices } from './runtime.ts';

export function registerRotateDueAccounts(runtime: Runtime, schedule: string): void {
  app.timer('rotateDueAccounts', { schedule, handler: rotateDueAccountsHandler(runtime) });
}

/**
 * The schedule may fire twice, late or not at all, and the next run puts it right: so what the timer says of itself is
 * not read. `problem`: what is wrong with the schedule that was set.
 */
export function rotateDueAccountsHandler(runtime: Runtime): TimerHandler {
  return async (_timer, context) => {
    const { loaded, services, settings } = await backgroundServices(runtime, context);
    const { failed, failedScopes } = await loaded.rotateDueAccounts(services);
    if (settings.scheduleFault !== undefined) throw new Error(settings.scheduleFault.message);
    if (failed > 0) throw new Error(`${failed} accounts could not be handled; the log names them.`);
    if (failedScopes.length === 0) return;
    const told = failedScopes.map(({ scope, failure }) => `${scope}: ${failure.message}`);
    throw new Error(`Not every scope could be listed. ${told.join(' ')}`);
  };
}
