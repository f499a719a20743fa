import { FAST_APP, FAST_HOST } from '../support/global-setup.ts';
import { type RunningApp, startApp } from '../support/running-app.ts';
import { type Stage, SUBSCRIPTION, startStage } from './stage.ts';

/** The app in every condition that a caller can tell from its answers. */
export interface Apps {
  readonly stage: Stage;
  /** With function keys, and all well. */
  readonly key: RunningApp;
  /** With Microsoft Entra ID. */
  readonly entra: RunningApp;
  /** With a setting that is wrong. */
  readonly misconfigured: RunningApp;
  /** Without its storage account. */
  readonly storageless: RunningApp;
  /** Without its identity. */
  readonly tokenless: RunningApp;
  /** With a Key Vault. */
  readonly vaulted: RunningApp;
  close(): Promise<void>;
}

export type AppName = Exclude<keyof Apps, 'stage' | 'close'>;

/** A subscription that is in scope, and that ARM does not know. */
export const NO_SUBSCRIPTION = '11111111-2222-4333-8444-555555555555';

export async function startApps(): Promise<Apps> {
  const stage = await startStage({
    ...{ appDirectory: FAST_APP, azure: { pageSize: 2 } },
    environment: { ROTATION_SCOPES: `/subscriptions/${SUBSCRIPTION} /subscriptions/${NO_SUBSCRIPTION}` },
  });
  const start = (change: Readonly<Record<string, string>>) =>
    startApp({
      environment: { ...stage.environment, ...change },
      appDirectory: FAST_APP,
      host: `${FAST_HOST}/main.js`,
    });
  const nowhere = stage.azurite.connectionString.replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:1');
  const [entra, misconfigured, storageless, tokenless, vaulted] = await Promise.all([
    start({ HTTP_AUTH: 'entra' }),
    start({ ROTATION_MAX_AGE: 'P1Y' }),
    start({ AzureWebJobsStorage: nowhere }),
    start({ IDENTITY_ENDPOINT: 'http://127.0.0.1:1/msi/token' }),
    start({ KEY_VAULT_URI: stage.azure.vaultUri }),
  ]);
  return {
    ...{ stage, key: stage.app, entra, misconfigured, storageless, tokenless, vaulted },
    async close() {
      for (const app of [entra, misconfigured, storageless, tokenless, vaulted]) app.kill();
      await stage.close();
    },
  };
}

/** As App Service tells the app who calls. */
export function asPrincipal(...roles: string[]): Record<string, string> {
  const principal = {
    auth_typ: 'aad',
    claims: roles.map((val) => ({ typ: 'roles', val })),
    role_typ: 'roles',
  };
  return { 'x-ms-client-principal': Buffer.from(JSON.stringify(principal)).toString('base64') };
}
