import { app } from '@azure/functions';
import type { Runtime } from './runtime.ts';
import { inBackground } from './runtime.ts';

export function registerReconcileRotations(runtime: Runtime): void {
  app.timer('reconcileRotations', {
    schedule: '0 */5 * * * *',
    handler: (_timer, context) =>
      inBackground(runtime, context, async ({ loaded, services }) => {
        const { failed } = await loaded.reconcile(services);
        if (failed > 0) throw new Error(`${failed} rotations could not be looked at; the log names them.`);
      }),
  });
}
