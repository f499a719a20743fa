import { DefaultAzureCredential, ManagedIdentityCredential } from '@azure/identity';
import { consoleLog } from './log.ts';
import { startMapWebApp } from './map-web-app.ts';
import { readSettings } from './settings.ts';

const settings = readSettings(process.env);
const { clientId, webhook } = settings;
// In Azure only the managed identity, elsewhere also the developer's own.
const credential = process.env.IDENTITY_ENDPOINT
  ? new ManagedIdentityCredential(clientId ? { clientId } : {})
  : new DefaultAzureCredential({ authorityHost: webhook.authorityHost });
const app = await startMapWebApp(settings, credential, consoleLog);
consoleLog('info', 'The map web app listens.', { port: app.port });

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void app.close());
