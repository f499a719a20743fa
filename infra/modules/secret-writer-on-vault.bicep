metadata name = 'Secret writer on a vault'
metadata description = 'Lets an identity store keys in one vault.'

// Parameters

@description('Required. Name of the role definition, a GUID.')
param roleName string

@description('Required. Object id of the identity.')
param principalId string

@description('Required. Name of the vault.')
param vaultName string

var roleDefinitionId = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleName)

// Resources

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(toLower(vault.id), principalId, roleName)
  scope: vault
  properties: {
    roleDefinitionId: roleDefinitionId
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}
