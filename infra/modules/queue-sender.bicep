metadata name = 'Sender of a storage queue'
metadata description = 'Lets an identity put messages into one storage queue.'

// Parameters

@description('Required. Name of the storage account.')
param accountName string

@description('Required. Name of the queue.')
param queueName string

@description('Required. Object id of the identity.')
param principalId string

var storageQueueDataMessageSender = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a'
)

// Resources

resource queue 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-06-01' existing = {
  name: '${accountName}/default/${queueName}'
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(queue.id, principalId, storageQueueDataMessageSender)
  scope: queue
  properties: {
    roleDefinitionId: storageQueueDataMessageSender
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}
