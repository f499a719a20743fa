import { randomUUID } from 'node:crypto';
import { AzureMapsManagementClient } from '@azure/arm-maps';
import { EventGridPublisherClient } from '@azure/eventgrid';
import type { TokenCredential } from '@azure/identity';
import { parseAccountId } from '../../src/core/account/account.ts';
import type { LocalAzure } from '../../tools/local-azure/local-azure.ts';
import type { RunningApp } from '../support/running-app.ts';

/** Rotates a key of an account, and says when it may do so again. */
export type Rotate = () => Promise<void>;

/** The app's guarded way: the policy chooses the key. `force` lifts the overlap, which is a week and not a second. */
export function guardedRotator(app: RunningApp, accountId: string): Rotate {
  return async () => {
    const response = await app.fetch(`/api${accountId}/rotate?force=true`, { method: 'POST' });
    if (!response.ok)
      throw new Error(`The rotation was answered with ${response.status}: ${await response.text()}`);
  };
}

/** What comes first to mind: regenerate the key in use, then send an event. */
export function naiveRotator(azure: LocalAzure, accountId: string): Rotate {
  const account = parseAccountId(accountId);
  if (account === undefined) throw new Error(`No account: ${accountId}`);
  const credential: TokenCredential = {
    getToken: async (scopes) => ({
      token: azure.issueToken(String(scopes).replace(/\/\.default$/, '')),
      expiresOnTimestamp: Date.now() + 3_600_000,
    }),
  };
  const { endpoint, topicEndpoint } = azure;
  const maps = new AzureMapsManagementClient(credential, account.subscriptionId, { endpoint });
  const topic = new EventGridPublisherClient(topicEndpoint, 'CloudEvent', credential);
  return async () => {
    const { resourceGroupName, accountName } = account;
    const keyType = 'primary';
    const keys = await maps.accounts.regenerateKeys(resourceGroupName, accountName, { keyType });
    const rotationId = randomUUID();
    const keyLastUpdated = keys.primaryKeyLastUpdated;
    await topic.send([
      {
        id: rotationId,
        type: 'KeyRegenerated',
        source: accountId,
        subject: `accounts/${accountName}/keys/${keyType}`,
        data: {
          rotationId,
          accountId,
          ...account,
          keyType,
          keyLastUpdated,
          trigger: 'http',
          reason: 'requested',
        },
      },
    ]);
  };
}
