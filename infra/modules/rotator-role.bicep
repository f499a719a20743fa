metadata name = 'Rotator role'
metadata description = 'The custom role that rotates keys and does nothing else: no built-in role is as small.'

targetScope = 'subscription'

// Parameters

@description('Required. Name of the role definition, a GUID.')
param name string

@description('Required. Name that people see; unique in the tenant.')
param displayName string

// Resources

resource rotator 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: name
  properties: {
    roleName: displayName
    description: 'Reads Azure Maps accounts, lists their keys and regenerates them.'
    type: 'CustomRole'
    assignableScopes: [subscription().id]
    permissions: [
      {
        actions: [
          'Microsoft.Maps/accounts/read'
          'Microsoft.Maps/accounts/listKeys/action'
          'Microsoft.Maps/accounts/regenerateKey/action'
        ]
        notActions: []
        dataActions: []
        notDataActions: []
      }
    ]
  }
}

// Outputs

@description('ARM id of the role definition.')
output id string = rotator.id
