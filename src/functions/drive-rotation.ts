import { app } from '@azure/functions';
import type { Runtime } from './runtime/runtime.ts';
import { inBackground } from './runtime/runtime.ts';

export function registerDriveRotation(runtime: Runtime): void {
  app.storageQueue('driveRotation', {
    queueName: 'rotations',
    connection: 'AzureWebJobsStorage',
    handler: (message, context) =>
      inBackground(runtime, context, async ({ loaded, services }) => {
        await loaded.handleWork(services, message);
      }),
  });
}
