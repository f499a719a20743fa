metadata name = 'Maps key rotation'
metadata description = 'A least-privilege installation of the app that rotates the keys of Azure Maps accounts.'

targetScope = 'subscription'

import * as types from 'modules/types.bicep'

// Parameters

@description('Required. Name of the installation, part of the names of its resources.')
@minLength(1)
@maxLength(24)
param environmentName string

@description('Required. Region of everything but the Azure Maps accounts; one that has Flex Consumption.')
@minLength(1)
@metadata({ azd: { type: 'location' } })
param location string

@description('Required. All that the app may touch. The role assignments and the setting ROTATION_SCOPES both come from here.')
@minLength(1)
@maxLength(200)
param rotationScopes types.rotationScope[]

@description('Optional. Resource group that is made for the app.')
@minLength(1)
@maxLength(90)
param resourceGroupName string = 'rg-maps-key-rotation-${environmentName}'

@description('Optional. Defaults of the rotation.')
param policy types.rotationPolicy = {}

@description('Optional. Name (a GUID) of a custom role that exists, with the actions of modules/rotator-role.bicep. Default: one is made in each subscription of rotationScopes, for which the deployer has to be allowed to write role definitions.')
@minLength(36)
@maxLength(36)
param rotatorRoleName string?

@description('Optional. Who gets the events. Default: nobody yet; subscribe later with the output topicId.')
param eventDestination types.eventDestination?

@description('Optional. Vault that each new key is stored in before it is announced. Default: none; who uses a key gets it from Azure Maps.')
param keyVault types.keyVault?

@description('Optional. Name (a GUID) of a role that exists, with the data actions of modules/secret-writer-role.bicep. Default: one is made in the subscription of the vault, for which the deployer has to be allowed to write role definitions.')
@minLength(36)
@maxLength(36)
param secretWriterRoleName string?

@description('Optional. Whether each new key is tried on Azure Maps before it is announced.')
param verifyKeys bool = true

@description('Optional. Address of the Azure Maps data plane. Default: that of the cloud.')
@minLength(9)
param mapsEndpoint string?

@description('Optional. Microsoft Entra ID in front of the HTTP functions. Default: function keys.')
param entra types.entraSignIn?

@description('Optional. Private networking. Default: public endpoints, which take Entra ID tokens only.')
param privateNetwork types.privateNetwork?

@description('Optional. Whom alerts tell. Default: no alerts.')
param alerts types.alertSettings?

@description('Optional. Whether the host and the app report to Application Insights by OpenTelemetry, and the app its traces and metrics too.')
param openTelemetry bool = false

@description('Optional. Address of a collector of OTLP over HTTP that gets traces and metrics of the app. Default: none.')
param otlpEndpoint string = ''

@description('Optional. Spreads instances and storage over availability zones, where the region has them.')
param zoneRedundant bool = false

@description('Optional. Major version of Node.js.')
@allowed(['22', '24'])
param nodeVersion string = '24'

@description('Optional. Memory of an instance, in MiB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Optional. How far the app scales out.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Optional. Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 90

@description('Optional. Which calls of the storage account are logged.')
param storageLogs types.storageLogs = 'changes'

@description('Optional. Tags of every resource.')
param tags types.tagMap = {}

@description('How an id with these parts has to be written, in lower case, to be one of the three that the app takes.')
func scopesOfParts(parts string[]) string[] => [
  '/subscriptions/${parts[?2]}'
  '/subscriptions/${parts[?2]}/resourcegroups/${parts[?4]}'
  '/subscriptions/${parts[?2]}/resourcegroups/${parts[?4]}/providers/microsoft.maps/accounts/${parts[?8]}'
]

// From the parameters alone, so that a deployment once more finds the same names.
var token = uniqueString(subscription().id, resourceGroupName, location)
var functionAppName = 'func-maps-key-rotation-${token}'
var storageAccountName = 'st${token}'
var topicName = 'evgt-maps-key-rotation-${token}'
var workspaceName = 'log-maps-key-rotation-${token}'
var applicationInsightsName = 'appi-maps-key-rotation-${token}'
var deadLetterContainerName = 'dead-letter'
var allTags = union(tags, { 'azd-env-name': environmentName })

// Lower case, since two spellings of one id would be two assignments of one role.
var scopes = union([], map(rotationScopes, scope => toLower(scope)))
var malformedScopes = filter(scopes, scope => !contains(scopesOfParts(split(scope, '/')), scope))
var subscriptionScopes = filter(scopes, scope => length(split(scope, '/')) == 3)
var groupScopes = filter(scopes, scope => length(split(scope, '/')) == 5)
var accountScopes = filter(scopes, scope => length(split(scope, '/')) == 9)
var scopeSubscriptionIds = union([], map(scopes, scope => split(scope, '/')[2]))

var destinationParts = split(eventDestination.?storageAccountId ?? eventDestination.?queueId ?? '', '/')

var vaultParts = split(keyVault.?vaultId ?? '', '/')
var vaultSubscriptionId = toLower(vaultParts[?2] ?? subscription().subscriptionId)
var vaultGroupName = vaultParts[?4] ?? resourceGroupName
var vaultName = vaultParts[?8] ?? 'kv-${token}'
var vaultRoleName = secretWriterRoleName ?? guid(vaultSubscriptionId, token, 'secret-writer')
var vaultId = keyVault == null ? '' : keyVault!.kind == 'new' ? vault!.outputs.id : existingVault.id
// The app could store nothing in a vault that goes by access policies, and would announce no key.
var keyVaultUri = keyVault == null
  ? ''
  : keyVault!.kind == 'new'
      ? vault!.outputs.uri
      : existingVault!.properties.?enableRbacAuthorization ?? false
          ? existingVault!.properties.vaultUri
          : fail('The vault ${vaultName} goes by access policies. It has to go by Azure roles, or another vault has to be given.')

var isPrivate = privateNetwork != null
var isAppPrivate = privateNetwork.?isAppPrivate ?? false
var isUsGovernment = environment().name == 'AzureUSGovernment'
var topLevel = isUsGovernment ? 'us' : 'net'
var endpoints = isPrivate
  ? concat(
      [
        { key: 'blob', groupId: 'blob', zoneName: 'privatelink.blob.${environment().suffixes.storage}' }
        { key: 'queue', groupId: 'queue', zoneName: 'privatelink.queue.${environment().suffixes.storage}' }
        { key: 'table', groupId: 'table', zoneName: 'privatelink.table.${environment().suffixes.storage}' }
        { key: 'topic', groupId: 'topic', zoneName: 'privatelink.eventgrid.azure.${topLevel}' }
      ],
      isAppPrivate ? [{ key: 'app', groupId: 'sites', zoneName: 'privatelink.azurewebsites.${topLevel}' }] : [],
      keyVault == null
        ? []
        : [
            {
              key: 'vault'
              groupId: 'vault'
              zoneName: 'privatelink${replace(environment().suffixes.keyvaultDns, '.vault.', '.vaultcore.')}'
            }
          ]
    )
  : []

// Resources

// Role assignments have the principal in their names, since one made for an identity that was deleted can't be changed
// (https://github.com/Azure/bicep/issues/8774). What-if does not know it before the identity exists, so they are apart,
// in modules that hold nothing else: on the first deployment what-if leaves out these, and shows all the rest.

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: resourceGroupName
  location: location
  tags: allTags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: {
    name: 'id-maps-key-rotation-${token}'
    location: location
    tags: allTags
  }
}

module rotatorRole 'modules/rotator-role.bicep' = [
  for subscriptionId in (rotatorRoleName == null ? scopeSubscriptionIds : []): {
    scope: subscription(subscriptionId)
    params: {
      name: guid(subscriptionId, token, 'rotator')
      displayName: 'Azure Maps Key Rotator (${environmentName}, ${uniqueString(subscriptionId, token)})'
    }
  }
]

module rotatorOnSubscription 'modules/rotator-on-subscription.bicep' = [
  for scope in subscriptionScopes: {
    scope: subscription(split(scope, '/')[2])
    dependsOn: [rotatorRole]
    params: {
      roleName: rotatorRoleName ?? guid(split(scope, '/')[2], token, 'rotator')
      #disable-next-line what-if-short-circuiting
      principalId: identity.outputs.principalId
    }
  }
]

module rotatorOnResourceGroup 'modules/rotator-on-resource-group.bicep' = [
  for scope in groupScopes: {
    scope: resourceGroup(split(scope, '/')[2], split(scope, '/')[4])
    dependsOn: [rotatorRole]
    params: {
      roleName: rotatorRoleName ?? guid(split(scope, '/')[2], token, 'rotator')
      #disable-next-line what-if-short-circuiting
      principalId: identity.outputs.principalId
    }
  }
]

module rotatorOnAccount 'modules/rotator-on-account.bicep' = [
  for scope in accountScopes: {
    scope: resourceGroup(split(scope, '/')[2], split(scope, '/')[4])
    dependsOn: [rotatorRole]
    params: {
      roleName: rotatorRoleName ?? guid(split(scope, '/')[2], token, 'rotator')
      #disable-next-line what-if-short-circuiting
      principalId: identity.outputs.principalId
      accountName: split(scope, '/')[8]
    }
  }
]

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: workspaceName
    applicationInsightsName: applicationInsightsName
    location: location
    tags: allTags
    retentionDays: logRetentionDays
  }
}

module storage 'modules/storage.bicep' = {
  scope: group
  params: {
    name: storageAccountName
    location: location
    tags: allTags
    sku: zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS'
    // Event Grid writes dead letters as a trusted service, which a closed account would refuse.
    reachableBy: !isPrivate ? 'all' : eventDestination == null ? 'privateEndpoints' : 'trustedServices'
    workspaceId: monitoring.outputs.workspaceId
    logs: storageLogs
    deadLetterContainerName: deadLetterContainerName
  }
}

module topic 'modules/event-grid-topic.bicep' = {
  scope: group
  params: {
    name: topicName
    location: location
    tags: allTags
    isPrivate: isPrivate
    workspaceId: monitoring.outputs.workspaceId
  }
}

module roles 'modules/roles.bicep' = {
  scope: group
  dependsOn: [storage]
  params: {
    storageAccountName: storageAccountName
    deadLetterContainerName: deadLetterContainerName
    topicName: topicName
    applicationInsightsName: applicationInsightsName
    #disable-next-line what-if-short-circuiting
    appPrincipalId: identity.outputs.principalId
    #disable-next-line what-if-short-circuiting
    topicPrincipalId: topic.outputs.principalId
  }
}

module vault 'modules/key-vault.bicep' = if (keyVault.?kind == 'new') {
  scope: group
  params: {
    name: vaultName
    location: location
    tags: allTags
    isPrivate: isPrivate
    workspaceId: monitoring.outputs.workspaceId
  }
}

resource existingVault 'Microsoft.KeyVault/vaults@2024-11-01' existing = if (keyVault.?kind == 'existing') {
  scope: resourceGroup(vaultSubscriptionId, vaultGroupName)
  name: vaultName
}

module secretWriterRole 'modules/secret-writer-role.bicep' = if (keyVault != null && secretWriterRoleName == null) {
  scope: subscription(vaultSubscriptionId)
  params: {
    name: vaultRoleName
    displayName: 'Azure Maps Key Secret Writer (${environmentName}, ${uniqueString(vaultSubscriptionId, token)})'
  }
}

module secretWriterOnVault 'modules/secret-writer-on-vault.bicep' = if (keyVault != null) {
  scope: resourceGroup(vaultSubscriptionId, vaultGroupName)
  dependsOn: [vault, secretWriterRole]
  params: {
    roleName: vaultRoleName
    #disable-next-line what-if-short-circuiting
    principalId: identity.outputs.principalId
    vaultName: vaultName
  }
}

module network 'modules/network.bicep' = if (isPrivate) {
  scope: group
  params: {
    name: 'vnet-maps-key-rotation-${token}'
    securityGroupName: 'nsg-maps-key-rotation-${token}'
    location: location
    tags: allTags
    addressPrefix: privateNetwork.?addressPrefix ?? ''
  }
}

module app 'modules/function-app.bicep' = {
  scope: group
  // Roles take minutes to spread: the earlier they are made, the less a first deployment has to wait.
  dependsOn: [roles, secretWriterOnVault]
  params: {
    name: functionAppName
    planName: 'asp-maps-key-rotation-${token}'
    location: location
    tags: allTags
    nodeVersion: nodeVersion
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    zoneRedundant: zoneRedundant
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    packageContainerUrl: storage.outputs.packageContainerUrl
    blobEndpoint: storage.outputs.blobEndpoint
    queueEndpoint: storage.outputs.queueEndpoint
    tableEndpoint: storage.outputs.tableEndpoint
    topicEndpoint: topic.outputs.endpoint
    applicationInsightsConnectionString: monitoring.outputs.connectionString
    rotationScopes: empty(malformedScopes)
      ? join(rotationScopes, ',')
      : fail('rotationScopes has ids of neither a subscription, a resource group nor an Azure Maps account: ${join(malformedScopes, ', ')}')
    policy: policy
    openTelemetry: openTelemetry
    otlpEndpoint: otlpEndpoint
    verifyKeys: verifyKeys
    mapsEndpoint: mapsEndpoint ?? (isUsGovernment ? 'https://atlas.azure.us' : 'https://atlas.microsoft.com')
    keyVaultUri: keyVaultUri
    entra: entra
    subnetId: network.?outputs.appSubnetId
    isPrivate: isAppPrivate
  }
}

module privateEndpoints 'modules/private-endpoint.bicep' = [
  for endpoint in endpoints: {
    scope: group
    params: {
      name: 'pep-${endpoint.key}-maps-key-rotation-${token}'
      location: location
      tags: allTags
      networkId: network!.outputs.id
      subnetId: network!.outputs.endpointSubnetId
      resourceId: endpoint.key == 'app'
        ? app.outputs.id
        : endpoint.key == 'topic' ? topic.outputs.id : endpoint.key == 'vault' ? vaultId : storage.outputs.id
      groupId: endpoint.groupId
      zoneName: endpoint.zoneName
    }
  }
]

module queueSender 'modules/queue-sender.bicep' = if (eventDestination.?kind == 'storageQueue') {
  scope: resourceGroup(destinationParts[2], destinationParts[4])
  params: {
    accountName: destinationParts[8]
    queueName: eventDestination.?queueName ?? ''
    #disable-next-line what-if-short-circuiting
    principalId: topic.outputs.principalId
  }
}

module serviceBusSender 'modules/service-bus-sender.bicep' = if (eventDestination.?kind == 'serviceBusQueue') {
  scope: resourceGroup(destinationParts[2], destinationParts[4])
  params: {
    namespaceName: destinationParts[8]
    queueName: destinationParts[10]
    #disable-next-line what-if-short-circuiting
    principalId: topic.outputs.principalId
  }
}

module subscriptionToEvents 'modules/event-subscription.bicep' = if (eventDestination != null) {
  scope: group
  dependsOn: [roles, queueSender, serviceBusSender]
  params: {
    name: 'evgs-maps-key-rotation-${token}'
    topicName: topicName
    destination: eventDestination!
    deadLetterAccountId: storage.outputs.id
    deadLetterContainerName: deadLetterContainerName
  }
}

module alertRules 'modules/alerts.bicep' = if (alerts != null) {
  scope: group
  params: {
    nameSuffix: 'maps-key-rotation-${token}'
    location: location
    tags: allTags
    settings: alerts!
    workspaceId: monitoring.outputs.workspaceId
    topicId: topic.outputs.id
    verifiesKeys: verifyKeys
    storesKeys: keyVault != null
  }
}

module workbook 'modules/workbook.bicep' = {
  scope: group
  dependsOn: [monitoring]
  params: {
    displayName: 'Maps key rotation (${environmentName})'
    location: location
    tags: allTags
    workspaceName: workspaceName
  }
}

// Outputs

@description('Resource group of the app.')
output resourceGroupName string = group.name

@description('Name of the Function App.')
output functionAppName string = functionAppName

@description('For callers: the address before /api.')
output functionAppUrl string = app.outputs.url

@description('For callers with HTTP_AUTH=entra: the audience of their tokens. Empty with function keys.')
output audience string = entra == null ? '' : 'api://${entra!.clientId}'

@description('For subscribers: ARM id of the topic.')
output topicId string = topic.outputs.id

@description('For subscribers: object id of the identity that delivers events, for a role on what they are delivered to.')
output topicPrincipalId string = topic.outputs.principalId

@description('For subscribers: ARM id of the vault with the keys, for a role on their secrets. Empty without a vault.')
output keyVaultId string = vaultId

@description('For subscribers: address of that vault. Empty without a vault.')
output keyVaultUri string = keyVaultUri

@description('For subscribers: ARM id of the storage account that takes dead letters.')
output deadLetterAccountId string = storage.outputs.id

@description('For subscribers: name of the container that takes dead letters.')
output deadLetterContainerName string = deadLetterContainerName

@description('For other role assignments: object id of the identity that the app is.')
output identityPrincipalId string = identity.outputs.principalId

@description('ARM id of the workspace with the logs.')
output workspaceId string = monitoring.outputs.workspaceId

@description('ARM id of the workbook with fleet and history.')
output workbookId string = workbook.outputs.id
