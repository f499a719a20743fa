metadata name = 'Rotator on a resource group'
metadata description = 'Lets an identity rotate the keys of all Azure Maps accounts of a resource group.'

// Parameters

@description('Required. Name of the role definition, a GUID.')
param roleName string

@description('Required. Object id of the identity.')
param principalId string

var roleDefinitionId = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleName)

// Resources

resource assignment 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(toLower(resourceGroup().id), principalId, roleName)
  properties: {
    roleDefinitionId: roleDefinitionId
    principalId: principalId
    principalType: 'ServicePrincipal'
  }
}
