metadata name = 'Private endpoint'
metadata description = 'Makes one service of a resource reachable in a virtual network, by its public name.'

import { tagMap } from 'types.bicep'

// Parameters

@description('Required. Name of the private endpoint.')
param name string

@description('Required. Region.')
param location string

@description('Required. Tags.')
param tags tagMap

@description('Required. ARM id of the virtual network.')
param networkId string

@description('Required. ARM id of the subnet of the private endpoint.')
param subnetId string

@description('Required. ARM id of the resource.')
param resourceId string

@description('Required. Which of its services, for example blob.')
param groupId string

@description('Required. Name of the private DNS zone.')
param zoneName string

// Resources

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: zoneName
  location: 'global'
  tags: tags
}

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = {
  parent: zone
  name: 'maps-key-rotation'
  location: 'global'
  tags: tags
  properties: {
    registrationEnabled: false
    virtualNetwork: {
      id: networkId
    }
  }
}

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: {
      id: subnetId
    }
    privateLinkServiceConnections: [
      {
        name: groupId
        properties: {
          privateLinkServiceId: resourceId
          groupIds: [groupId]
        }
      }
    ]
  }
}

resource zoneGroup 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = {
  parent: endpoint
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [
      {
        name: groupId
        properties: {
          privateDnsZoneId: zone.id
        }
      }
    ]
  }
}

// Outputs

@description('ARM id of the private endpoint.')
output id string = endpoint.id
