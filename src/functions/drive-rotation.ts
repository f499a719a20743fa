import { app } from '@azure/functions';
import type { Runtime } from './runtime.ts';
import { backgroundServices } from './runtime.ts';

export function registerDriveRotation(runtime: Runtime): void {
  app.storageQueue('driveRotation', {
    queueName: 'rotations',
    connection: 'AzureWebJobsStorage',
    handler: async (message, context) => {
      const { loaded, services } = await backgroundServices(runtime, context);
      await loaded.handleWork(services, message);
    },
  });
}
