import { rotationEvent } from '../../src/core/rotation/events.ts';
import type { Rotation } from '../../src/core/rotation/rotation.ts';
import type { KeyRegeneratedEvent } from '../../src/subscriber/index.ts';

/** The event of a rotation as it goes over the wire, with what the Event Grid client adds. */
export function onTheWire(rotation: Rotation): unknown {
  const event = { specversion: '1.0', time: '2026-11-25T16:31:22.318Z', ...rotationEvent(rotation) };
  return JSON.parse(JSON.stringify(event));
}

export const REGENERATED: KeyRegeneratedEvent = {
  specversion: '1.0',
  id: '01a2138c-2881-7403-ac1f-38b7f65c1457',
  source:
    '/subscriptions/21a9967a-e8a9-4656-a70b-96ff1c4d05a0/resourceGroups/rg-maps/providers/Microsoft.Maps/accounts/map-storefront',
  type: 'KeyRegenerated',
  subject: 'accounts/map-storefront/keys/secondary',
  time: '2026-11-25T16:31:22.318Z',
  data: {
    rotationId: '01a2138c-2881-7403-ac1f-38b7f65c1457',
    accountId:
      '/subscriptions/21a9967a-e8a9-4656-a70b-96ff1c4d05a0/resourceGroups/rg-maps/providers/Microsoft.Maps/accounts/map-storefront',
    accountName: 'map-storefront',
    resourceGroupName: 'rg-maps',
    subscriptionId: '21a9967a-e8a9-4656-a70b-96ff1c4d05a0',
    keyType: 'secondary',
    keyLastUpdated: '2026-11-25T16:31:22.3184321Z',
    otherKeyLastUpdated: '2026-11-05T16:31:21.4480000Z',
    trigger: 'timer',
    reason: 'due',
    secretId:
      'https://kv-maps.vault.azure.net/secrets/map-storefront-secondary-0a1b2c3d4e5f6071/0123456789abcdef0123456789abcdef',
    verified: true,
  },
};

/** The event with another value at one place; undefined takes the place away. */
export function changed(path: string, value: unknown): unknown {
  const event = structuredClone(REGENERATED) as unknown as Record<string, unknown>;
  const names = path.split('.');
  const last = names.pop() ?? '';
  const parent = names.reduce((at, name) => at[name] as Record<string, unknown>, event);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return event;
}
