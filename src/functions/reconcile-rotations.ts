import type { TimerHandler } from '@azure/functions';
import { app } from '@azure/functions';
import type { Runtime } from './runtime/runtime.ts';
import { inBackground } from './runtime/runtime.ts';
import { WorkFailedError } from './runtime/thrown.ts';

export function registerReconcileRotations(runtime: Runtime): void {
  app.timer('reconcileRotations', {
    schedule: '0 */5 * * * *',
    handler: reconcileRotationsHandler(runtime),
  });
}

export function reconcileRotationsHandler(runtime: Runtime): TimerHandler {
  return (_timer, context) =>
    inBackground(runtime, context, async ({ loaded, services }) => {
      const { failed } = await loaded.reconcile(services);
      if (failed > 0)
        throw new WorkFailedError(`${failed} rotations could not be looked at; the log names them.`);
    });
}
