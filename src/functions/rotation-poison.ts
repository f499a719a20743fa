import { app } from '@azure/functions';
import type { Runtime } from './runtime.ts';
import { backgroundServices } from './runtime.ts';

export function registerRotationPoison(runtime: Runtime): void {
  app.storageQueue('rotationPoison', {
    queueName: 'rotations-poison',
    connection: 'AzureWebJobsStorage',
    handler: async (message, context) => {
      const { loaded, services } = await backgroundServices(runtime, context);
      await loaded.handlePoison(services, message);
    },
  });
}
