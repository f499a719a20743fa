metadata name = 'Workbook'
metadata description = 'Fleet and history, from the log.'

import { tagMap } from 'types.bicep'

// Parameters

@description('Required. Name that people see.')
param displayName string

@description('Required. Region.')
param location string

@description('Required. Tags.')
param tags tagMap

@description('Required. Name of the workspace with the logs.')
param workspaceName string

// Resources

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' existing = {
  name: workspaceName
}

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'maps-key-rotation')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: displayName
    category: 'workbook'
    version: 'Notebook/1.0'
    sourceId: workspace.id
    serializedData: replace(loadTextContent('workbook.json'), '__WORKSPACE_ID__', workspace.id)
  }
}

// Outputs

@description('ARM id of the workbook.')
output id string = workbook.id
