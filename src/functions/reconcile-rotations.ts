import { app } from '@azure/functions';
import type { Runtime } from './runtime.ts';
import { backgroundServices } from './runtime.ts';

export function registerReconcileRotations(runtime: Runtime): void {
  app.timer('reconcileRotations', {
    schedule: '0 */5 * * * *',
    handler: async (_timer, context) => {
      const { loaded, services } = await backgroundServices(runtime, context);
      await loaded.reconcile(services);
    },
  });
}
