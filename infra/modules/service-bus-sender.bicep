metadata name = 'Sender of a Service Bus queue'
metadata description = 'Lets an identity send to one Service Bus queue.'

// Parameters

@description('Required. Name of the namespace.')
param namespaceName string

@description('Required. Name of the queue.')
param queueName string

@description('Required. Object id of the identity.')
param principalId string

var serviceBusDataSender = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39'
)

// Resources

resource queue 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' existing = {
  name: '${namespaceName}/${queueName}'
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(queue.id, principalId, serviceBusDataSender)
  scope: queue
  properties: {
    roleDefinitionId: serviceBusDataSender
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}
