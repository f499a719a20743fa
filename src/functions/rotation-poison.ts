import { app } from '@azure/functions';
import type { Runtime } from './runtime/runtime.ts';
import { inBackground } from './runtime/runtime.ts';

export function registerRotationPoison(runtime: Runtime): void {
  app.storageQueue('rotationPoison', {
    queueName: 'rotations-poison',
    connection: 'AzureWebJobsStorage',
    handler: (message, context) =>
      inBackground(runtime, context, async ({ loaded, services }) => {
        await loaded.handlePoison(services, message);
      }),
  });
}
