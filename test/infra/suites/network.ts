import { describe, expect, test } from 'vitest';
import type { Deployments, SetName } from '../deployments.ts';

export function testNetwork(get: () => Deployments): void {
  const access = (set: SetName) => {
    const { publicNetworkAccess, networkAcls } = get().one(
      set,
      'Microsoft.Storage/storageAccounts',
    ).properties;
    return {
      storage: `${publicNetworkAccess}, ${networkAcls.defaultAction}, ${networkAcls.bypass}`,
      topic: get().one(set, 'Microsoft.EventGrid/topics').properties.publicNetworkAccess,
      app: get().one(set, 'Microsoft.Web/sites').properties.publicNetworkAccess,
    };
  };

  describe('network', () => {
    test('without a private network there is no network, and the endpoints take tokens from everywhere', () => {
      expect(
        get()
          .of('minimal')
          .filter(({ type }) => type.startsWith('Microsoft.Network/')),
      ).toEqual([]);
      expect(
        get().one('minimal', 'Microsoft.Web/sites').properties.virtualNetworkSubnetId ?? null,
      ).toBeNull();
      expect(access('minimal')).toEqual({
        storage: 'Enabled, Allow, AzureServices',
        topic: 'Enabled',
        app: 'Enabled',
      });
    });

    test('with one, storage and topic are closed; Event Grid alone writes dead letters past the firewall', () => {
      expect(access('full')).toEqual({
        storage: 'Enabled, Deny, AzureServices',
        topic: 'Disabled',
        app: 'Disabled',
      });
    });

    test('the app stays reachable where that is asked for', () => {
      expect(access('function')).toEqual({
        storage: 'Enabled, Deny, AzureServices',
        topic: 'Disabled',
        app: 'Enabled',
      });
    });

    test('each service that the app uses has a private endpoint and its DNS zone', () => {
      const endpoints = (set: SetName) =>
        get()
          .ofType(set, 'Microsoft.Network/privateEndpoints')
          .flatMap(({ properties }) => properties.privateLinkServiceConnections[0].properties.groupIds);

      expect(endpoints('full')).toEqual(['blob', 'queue', 'table', 'topic', 'sites', 'vault']);
      expect(endpoints('function')).toEqual(['blob', 'queue', 'table', 'topic', 'vault']);
      expect(
        get()
          .ofType('full', 'Microsoft.Network/privateDnsZones')
          .map(({ name }) => name),
      ).toEqual([
        "[format('privatelink.blob.{0}', environment().suffixes.storage)]",
        "[format('privatelink.queue.{0}', environment().suffixes.storage)]",
        "[format('privatelink.table.{0}', environment().suffixes.storage)]",
        expect.stringMatching(/^\[format\('privatelink\.eventgrid\.azure\.\{0\}', .+ 'us', 'net'\)\)\]$/),
        expect.stringMatching(/^\[format\('privatelink\.azurewebsites\.\{0\}', .+ 'us', 'net'\)\)\]$/),
        "[format('privatelink{0}', replace(environment().suffixes.keyvaultDns, '.vault.', '.vaultcore.'))]",
      ]);
      for (const type of ['privateDnsZones/virtualNetworkLinks', 'privateEndpoints/privateDnsZoneGroups']) {
        expect(get().ofType('full', `Microsoft.Network/${type}`)).toHaveLength(6);
      }
    });

    test('the app joins a subnet of its own, delegated to Flex Consumption, and each subnet has a security group', () => {
      const { subnets } = get().one('full', 'Microsoft.Network/virtualNetworks').properties;
      const [appSubnet, endpointSubnet] = subnets;

      expect(get().one('full', 'Microsoft.Web/sites').properties.virtualNetworkSubnetId).toContain(
        "'outputs', 'appSubnetId'",
      );
      expect(appSubnet.properties.delegations[0].properties.serviceName).toBe('Microsoft.App/environments');
      expect(appSubnet.properties.addressPrefix).toBe('10.80.0.0/26');
      expect(endpointSubnet.properties.addressPrefix).toBe('10.80.0.64/26');
      expect(endpointSubnet.properties.delegations ?? []).toEqual([]);
      expect(
        subnets.filter(
          (subnet: { properties: { networkSecurityGroup?: unknown } }) =>
            !subnet.properties.networkSecurityGroup,
        ),
      ).toEqual([]);
    });
  });
}
