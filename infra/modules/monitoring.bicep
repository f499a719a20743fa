metadata name = 'Monitoring'
metadata description = 'Log Analytics and Application Insights; both take no shared key.'

import { tagMap } from 'types.bicep'

// Parameters

@description('Required. Name of the Log Analytics workspace.')
param workspaceName string

@description('Required. Name of the Application Insights component.')
param applicationInsightsName string

@description('Required. Region.')
param location string

@description('Required. Tags.')
param tags tagMap

@description('Required. Days that logs are kept.')
param retentionDays int

// Resources

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: retentionDays
    features: {
      disableLocalAuth: true
    }
  }
}

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' = {
  name: applicationInsightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    IngestionMode: 'LogAnalytics'
    DisableLocalAuth: true
  }
}

// Outputs

@description('ARM id of the Log Analytics workspace.')
output workspaceId string = workspace.id

@description('Where telemetry is sent. It opens nothing by itself: the component takes Entra ID tokens only.')
output connectionString string = applicationInsights.properties.ConnectionString
