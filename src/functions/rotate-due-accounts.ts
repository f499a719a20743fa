import type { TimerHandler } from '@azure/functions';
import { app } from '@azure/functions';
import type { Runtime } from './runtime/runtime.ts';
import { inBackground } from './runtime/runtime.ts';
import { WorkFailedError } from './runtime/thrown.ts';

export function registerRotateDueAccounts(runtime: Runtime, schedule: string): void {
  app.timer('rotateDueAccounts', { schedule, handler: rotateDueAccountsHandler(runtime) });
}

/**
 * The schedule may fire twice, late or not at all, and the next run puts it right: so what the timer says of itself is
 * not read. `problem`: what is wrong with the schedule that was set.
 */
export function rotateDueAccountsHandler(runtime: Runtime): TimerHandler {
  return (_timer, context) =>
    inBackground(runtime, context, async ({ loaded, services, settings }) => {
      const { failed, failedScopes } = await loaded.rotateDueAccounts(services);
      const { scheduleFault } = settings;
      if (scheduleFault !== undefined) throw new WorkFailedError(scheduleFault.message, scheduleFault.code);
      if (failed > 0)
        throw new WorkFailedError(`${failed} accounts could not be handled; the log names them.`);
      if (failedScopes.length === 0) return;
      const told = failedScopes.map(({ scope, failure }) => `${scope}: ${failure.message}`);
      throw new WorkFailedError(`Not every scope could be listed. ${told.join(' ')}`);
    });
}
