// The handler that comes first to mind, as the SDKs' samples have it: regenerate, then send.
import { AzureMapsManagementClient } from '@azure/arm-maps';
import { EventGridPublisherClient } from '@azure/eventgrid';
import { app } from '@azure/functions';
import { ManagedIdentityCredential } from '@azure/identity';

const {
  AZURE_RESOURCE_MANAGER_ENDPOINT: endpoint,
  EVENT_GRID_TOPIC_ENDPOINT: topic,
  AZURE_CLIENT_ID,
} = process.env;
const credential = new ManagedIdentityCredential({ clientId: AZURE_CLIENT_ID });
const events = new EventGridPublisherClient(topic, 'CloudEvent', credential);

app.http('regenerateKey', {
  methods: ['POST'],
  route:
    'subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Maps/accounts/{accountName}/regenerateKey',
  handler: async (request) => {
    const { subscriptionId, resourceGroupName, accountName } = request.params;
    const { keyType } = await request.json();
    const client = new AzureMapsManagementClient(credential, subscriptionId, { endpoint });
    const keys = await client.accounts.regenerateKeys(resourceGroupName, accountName, { keyType });
    const source = new URL(request.url).pathname;
    await events.send([{ type: 'KeyRegenerated', source, data: { accountName, keyType } }]);
    return { jsonBody: keys };
  },
});
