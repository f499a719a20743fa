metadata name = 'Function App'
metadata description = 'The app on a Flex Consumption plan, with every setting that it reads.'

import { entraSignIn, rotationPolicy, tagMap } from 'types.bicep'

// Parameters

@description('Required. Name of the app.')
param name string

@description('Required. Name of the plan.')
param planName string

@description('Required. Region.')
param location string

@description('Required. Tags.')
param tags tagMap

@description('Required. Major version of Node.js.')
param nodeVersion string

@description('Required. Memory of an instance, in MiB.')
param instanceMemoryMB int

@description('Required. How far the app scales out.')
param maximumInstanceCount int

@description('Required. Whether instances are spread over availability zones.')
param zoneRedundant bool

@description('Required. ARM id of the identity that the app is.')
param identityId string

@description('Required. Client id of that identity.')
param identityClientId string

@description('Required. Address of the container that gets the deployed package.')
param packageContainerUrl string

@description('Required. Address of the Blob service.')
param blobEndpoint string

@description('Required. Address of the Queue service.')
param queueEndpoint string

@description('Required. Address of the Table service.')
param tableEndpoint string

@description('Required. Where events are published.')
param topicEndpoint string

@description('Required. Where telemetry is sent.')
param applicationInsightsConnectionString string

@description('Required. Whether it is sent by OpenTelemetry.')
param openTelemetry bool

@description('Required. Collector of OTLP over HTTP, or nothing.')
param otlpEndpoint string

@description('Required. All that the app may touch, as the setting ROTATION_SCOPES.')
param rotationScopes string

@description('Required. Defaults of the rotation.')
param policy rotationPolicy

@description('Required. Whether each new key is tried on Azure Maps before it is announced.')
param verifyKeys bool

@description('Required. Address of the Azure Maps data plane.')
param mapsEndpoint string

@description('Required. Address of the vault that each new key is stored in. Empty: none.')
param keyVaultUri string

@description('Optional. Microsoft Entra ID in front of the HTTP functions.')
param entra entraSignIn?

@description('Optional. ARM id of the subnet that the app joins.')
param subnetId string?

@description('Required. Whether the app is reached by private endpoints only.')
param isPrivate bool

var entraClientId = entra.?clientId ?? ''

// Resources

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
    zoneRedundant: zoneRedundant
  }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': 'api' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    virtualNetworkSubnetId: subnetId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
      }
      runtime: {
        name: 'node'
        version: nodeVersion
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
    }
  }

  // The only place for settings: a deployment replaces the whole set.
  resource settings 'config' = {
    name: 'appsettings'
    properties: {
      ROTATION_SCOPES: rotationScopes
      ROTATION_UNTAGGED: policy.?untagged ?? 'skip'
      ROTATION_IN_USE: policy.?inUse ?? 'unknown'
      ROTATION_SCHEDULE: policy.?schedule ?? '0 0 3 * * *'
      ROTATION_MAX_AGE: policy.?maxAge ?? 'P90D'
      ROTATION_OVERLAP: policy.?overlap ?? 'P7D'
      EVENT_GRID_TOPIC_ENDPOINT: topicEndpoint
      HTTP_AUTH: entra == null ? 'key' : 'entra'
      KEY_VAULT_URI: keyVaultUri
      ROTATION_VERIFY: verifyKeys ? 'on' : 'off'
      AZURE_MAPS_ENDPOINT: mapsEndpoint
      AZURE_RESOURCE_MANAGER_ENDPOINT: environment().resourceManager
      AZURE_CLIENT_ID: identityClientId
      AzureWebJobsStorage__blobServiceUri: blobEndpoint
      AzureWebJobsStorage__queueServiceUri: queueEndpoint
      AzureWebJobsStorage__tableServiceUri: tableEndpoint
      // A user-assigned identity takes both: https://github.com/Azure/azure-functions-host/issues/10904
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: identityClientId
      APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsightsConnectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
      AzureFunctionsJobHost__telemetryMode: openTelemetry ? 'OpenTelemetry' : 'ApplicationInsights'
      OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint
      // Bytes. The host reads a body whole before the app can refuse it, and by default takes 100 MB; the app takes 4 KiB.
      FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '2097152'
      // The app speaks HTTP alone; the host would speak gRPC to the same address.
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf'
    }
  }

  resource basicPublishing 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: {
      allow: false
    }
  }

  // https://learn.microsoft.com/azure/app-service/configure-authentication-file-based#configuration-file-reference
  resource signIn 'config' = if (entra != null) {
    name: 'authsettingsV2'
    properties: {
      platform: {
        enabled: true
        runtimeVersion: '~1'
      }
      globalValidation: {
        requireAuthentication: true
        unauthenticatedClientAction: 'Return401'
        excludedPaths: ['/api/schemas/*', '/api/health', '/api/status']
      }
      httpSettings: {
        requireHttps: true
      }
      identityProviders: {
        azureActiveDirectory: {
          enabled: true
          registration: {
            openIdIssuer: '${environment().authentication.loginEndpoint}${entra.?tenantId ?? tenant().tenantId}/v2.0'
            clientId: entraClientId
          }
          validation: {
            allowedAudiences: ['api://${entraClientId}', entraClientId]
            defaultAuthorizationPolicy: {
              allowedApplications: entra.?allowedClientIds ?? []
            }
          }
        }
      }
      login: {
        tokenStore: {
          enabled: false
        }
      }
    }
  }
}

// Outputs

@description('ARM id of the app.')
output id string = app.id

@description('Address of the app, without a path.')
output url string = 'https://${app.properties.defaultHostName}'
