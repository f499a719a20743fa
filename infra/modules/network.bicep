metadata name = 'Network'
metadata description = 'A virtual network with a subnet for the app and one for private endpoints.'

import { tagMap } from 'types.bicep'

// Parameters

@description('Required. Name of the virtual network.')
param name string

@description('Required. Name of the network security group of both subnets.')
param securityGroupName string

@description('Required. Region.')
param location string

@description('Required. Tags.')
param tags tagMap

@description('Required. Address space, /24 or larger.')
param addressPrefix string

// Resources

resource securityGroup 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {
  name: securityGroupName
  location: location
  tags: tags
}

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: {
      addressPrefixes: [addressPrefix]
    }
    // Inside of the network, not as resources of their own: those would be taken away by each redeployment of it.
    subnets: [
      {
        name: 'snet-app'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 26, 0)
          networkSecurityGroup: {
            id: securityGroup.id
          }
          delegations: [
            {
              name: 'flex-consumption'
              properties: {
                serviceName: 'Microsoft.App/environments'
              }
            }
          ]
        }
      }
      {
        name: 'snet-private-endpoints'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 26, 1)
          networkSecurityGroup: {
            id: securityGroup.id
          }
          privateEndpointNetworkPolicies: 'Enabled'
        }
      }
    ]
  }

  resource appSubnet 'subnets' existing = {
    name: 'snet-app'
  }

  resource endpointSubnet 'subnets' existing = {
    name: 'snet-private-endpoints'
  }
}

// Outputs

@description('ARM id of the virtual network.')
output id string = network.id

@description('ARM id of the subnet that the app joins.')
output appSubnetId string = network::appSubnet.id

@description('ARM id of the subnet of the private endpoints.')
output endpointSubnetId string = network::endpointSubnet.id
