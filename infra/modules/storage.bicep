metadata name = 'Storage'
metadata description = 'The storage account of the Functions host: work queue, rotation table, deployed package, dead letters.'

import { storageLogs, tagMap } from 'types.bicep'

// Parameters

@description('Required. Name of the storage account.')
param name string

@description('Required. Region.')
param location string

@description('Required. Tags.')
param tags tagMap

@description('Required. Replication.')
param sku 'Standard_LRS' | 'Standard_ZRS'

@description('Required. Who reaches it by network: all, trusted Azure services beside private endpoints, or private endpoints only. None of them without a token.')
param reachableBy 'all' | 'trustedServices' | 'privateEndpoints'

@description('Required. ARM id of the workspace that gets the logs.')
param workspaceId string

@description('Required. Which calls are logged.')
param logs storageLogs

@description('Required. Name of the container for events that could not be delivered.')
param deadLetterContainerName string

var packageContainerName = 'app-package'
var queueNames = ['rotations', 'rotations-poison']
var tableNames = ['rotations']
var logCategories = logs == 'all' ? ['StorageRead', 'StorageWrite', 'StorageDelete'] : ['StorageWrite', 'StorageDelete']
var diagnostics = {
  workspaceId: workspaceId
  logs: map(logCategories, category => {
    category: category
    enabled: true
  })
  metrics: [
    {
      category: 'Transaction'
      enabled: true
    }
  ]
}

// Resources

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: sku
  }
  properties: {
    allowSharedKeyAccess: false
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    defaultToOAuthAuthentication: true
    isLocalUserEnabled: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: reachableBy == 'privateEndpoints' ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: reachableBy == 'all' ? 'Allow' : 'Deny'
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: account
  name: 'default'
  properties: {
    deleteRetentionPolicy: {
      enabled: true
      days: 7
    }
    containerDeleteRetentionPolicy: {
      enabled: true
      days: 7
    }
  }

  resource packages 'containers' = {
    name: packageContainerName
    properties: {
      publicAccess: 'None'
    }
  }

  resource deadLetters 'containers' = {
    name: deadLetterContainerName
    properties: {
      publicAccess: 'None'
    }
  }
}

resource queues 'Microsoft.Storage/storageAccounts/queueServices@2025-06-01' = {
  parent: account
  name: 'default'

  resource queue 'queues' = [
    for queueName in queueNames: {
      name: queueName
    }
  ]
}

resource tables 'Microsoft.Storage/storageAccounts/tableServices@2025-06-01' = {
  parent: account
  name: 'default'

  resource table 'tables' = [
    for tableName in tableNames: {
      name: tableName
    }
  ]
}

resource blobLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (logs != 'none') {
  name: 'to-log-analytics'
  scope: blobs
  properties: diagnostics
}

resource queueLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (logs != 'none') {
  name: 'to-log-analytics'
  scope: queues
  properties: diagnostics
}

resource tableLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = if (logs != 'none') {
  name: 'to-log-analytics'
  scope: tables
  properties: diagnostics
}

// Outputs

@description('ARM id of the storage account.')
output id string = account.id

@description('Address of the Blob service.')
output blobEndpoint string = account.properties.primaryEndpoints.blob

@description('Address of the Queue service.')
output queueEndpoint string = account.properties.primaryEndpoints.queue

@description('Address of the Table service.')
output tableEndpoint string = account.properties.primaryEndpoints.table

@description('Address of the container that gets the deployed package.')
output packageContainerUrl string = '${account.properties.primaryEndpoints.blob}${blobs::packages.name}'
