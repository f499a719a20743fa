metadata name = 'Rotator on an Azure Maps account'
metadata description = 'Lets an identity rotate the keys of an Azure Maps account.'

// Parameters

@description('Required. Name of the role definition, a GUID.')
param roleName string

@description('Required. Object id of the identity.')
param principalId string

@description('Required. Name of the Azure Maps account.')
param accountName string

var roleDefinitionId = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleName)

// Resources

resource account 'Microsoft.Maps/accounts@2023-06-01' existing = {
  name: accountName
}

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(toLower(account.id), principalId, roleName)
  scope: account
  properties: {
    roleDefinitionId: roleDefinitionId
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}
