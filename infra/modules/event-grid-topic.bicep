metadata name = 'Event Grid topic'
metadata description = 'The custom topic that the app publishes to, in CloudEvents 1.0 and with Entra ID tokens only.'

import { tagMap } from 'types.bicep'

// Parameters

@description('Required. Name of the topic.')
param name string

@description('Required. Region.')
param location string

@description('Required. Tags.')
param tags tagMap

@description('Required. Whether it takes events by private endpoints only.')
param isPrivate bool

@description('Required. ARM id of the workspace that gets the logs.')
param workspaceId string

// Resources

resource topic 'Microsoft.EventGrid/topics@2025-02-15' = {
  name: name
  location: location
  tags: tags
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    inputSchema: 'CloudEventSchemaV1_0'
    minimumTlsVersionAllowed: '1.2'
    disableLocalAuth: true
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
  }
}

resource topicLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-log-analytics'
  scope: topic
  properties: {
    workspaceId: workspaceId
    logs: [
      {
        category: 'PublishFailures'
        enabled: true
      }
      {
        category: 'DeliveryFailures'
        enabled: true
      }
      {
        category: 'DataPlaneRequests'
        enabled: true
      }
    ]
    metrics: [
      {
        category: 'AllMetrics'
        enabled: true
      }
    ]
  }
}

// Outputs

@description('ARM id of the topic.')
output id string = topic.id

@description('Where events are published.')
output endpoint string = topic.properties.endpoint

@description('Object id of the identity of the topic, which delivers events and dead letters.')
output principalId string = topic.identity.principalId
