metadata name = 'Event subscription'
metadata description = 'Brings the events of the topic to one destination; what can not be delivered goes to the dead letters.'

import { eventDestination } from 'types.bicep'

// Parameters

@description('Required. Name of the event subscription.')
param name string

@description('Required. Name of the topic.')
param topicName string

@description('Required. Who gets the events.')
param destination eventDestination

@description('Required. ARM id of the storage account with the dead letters.')
param deadLetterAccountId string

@description('Required. Name of the container for dead letters.')
param deadLetterContainerName string

var identity = {
  type: 'SystemAssigned'
}
var target = destination.kind == 'storageQueue'
  ? {
      endpointType: 'StorageQueue'
      properties: {
        resourceId: destination.storageAccountId
        queueName: destination.queueName
        queueMessageTimeToLiveInSeconds: 604800
      }
    }
  : destination.kind == 'serviceBusQueue'
      ? {
          endpointType: 'ServiceBusQueue'
          properties: {
            resourceId: destination.queueId
          }
        }
      : destination.kind == 'azureFunction'
          ? {
              endpointType: 'AzureFunction'
              properties: {
                resourceId: destination.functionId
                maxEventsPerBatch: 1
              }
            }
          : {
              endpointType: 'WebHook'
              properties: {
                endpointUrl: destination.url
                azureActiveDirectoryApplicationIdOrUri: destination.clientId
                azureActiveDirectoryTenantId: destination.?tenantId ?? tenant().tenantId
                maxEventsPerBatch: 1
                minimumTlsVersionAllowed: '1.2'
              }
            }
var isCalled = contains(['azureFunction', 'webhook'], destination.kind)

// Resources

resource topic 'Microsoft.EventGrid/topics@2025-02-15' existing = {
  name: topicName
}

resource subscription 'Microsoft.EventGrid/topics/eventSubscriptions@2025-02-15' = {
  parent: topic
  name: name
  properties: {
    eventDeliverySchema: 'CloudEventSchemaV1_0'
    filter: {
      includedEventTypes: ['KeyRegenerated', 'KeyRotationFailed']
    }
    // A function is called with its own system key, a webhook with a token of Event Grid, the others with the identity
    // of the topic.
    destination: isCalled ? target : null
    deliveryWithResourceIdentity: isCalled
      ? null
      : {
          identity: identity
          destination: target
        }
    deadLetterWithResourceIdentity: {
      identity: identity
      deadLetterDestination: {
        endpointType: 'StorageBlob'
        properties: {
          resourceId: deadLetterAccountId
          blobContainerName: deadLetterContainerName
        }
      }
    }
    retryPolicy: {
      maxDeliveryAttempts: 30
      eventTimeToLiveInMinutes: 1440
    }
  }
}

// Outputs

@description('ARM id of the event subscription.')
output id string = subscription.id
