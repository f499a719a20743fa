metadata name = 'Secret writer role'
metadata description = 'The custom role that stores keys in a vault and can not read them: each built-in role that writes secrets also reads, deletes and purges them.'

targetScope = 'subscription'

// Parameters

@description('Required. Name of the role definition, a GUID.')
param name string

@description('Required. Name that people see; unique in the tenant.')
param displayName string

// Resources

resource writer 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: name
  properties: {
    roleName: displayName
    description: 'Adds versions of secrets, lists and disables them; reads none of their values.'
    type: 'CustomRole'
    assignableScopes: [subscription().id]
    permissions: [
      {
        actions: []
        notActions: []
        // https://learn.microsoft.com/azure/role-based-access-control/permissions/security#microsoftkeyvault
        dataActions: [
          'Microsoft.KeyVault/vaults/secrets/readMetadata/action'
          'Microsoft.KeyVault/vaults/secrets/setSecret/action'
          'Microsoft.KeyVault/vaults/secrets/update/action'
        ]
        notDataActions: []
      }
    ]
  }
}

// Outputs

@description('ARM id of the role definition.')
output id string = writer.id
