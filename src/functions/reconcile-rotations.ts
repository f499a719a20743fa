import { app } from '@azure/functions';
import type { Runtime } from './runtime.ts';
import { backgroundServices } from './runtime.ts';

export function registerReconcileRotations(runtime: Runtime): void {
  app.timer('reconcileRotations', {
    schedule: '0 */5 * * * *',
    handler: async (_timer, context) => {
      const { loaded, services } = await backgroundServices(runtime, context);
      const { failed } = await loaded.reconcile(services);
      if (failed > 0) throw new Error(`${failed} rotations could not be looked at; the log names them.`);
    },
  });
}
