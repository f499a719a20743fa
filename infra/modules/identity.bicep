metadata name = 'Identity'
metadata description = 'The managed identity that the app is.'

import { tagMap } from 'types.bicep'

// Parameters

@description('Required. Name of the identity.')
param name string

@description('Required. Region.')
param location string

@description('Required. Tags.')
param tags tagMap

// Resources

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

// Outputs

@description('ARM id of the identity.')
output id string = identity.id

@description('Object id, for role assignments.')
output principalId string = identity.properties.principalId

@description('Client id, for tokens.')
output clientId string = identity.properties.clientId
