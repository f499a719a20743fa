import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Deployments } from '../deployments.ts';
import { matches, SET_NAMES } from '../deployments.ts';

const TOPIC = 'Microsoft.EventGrid/topics';
const SUBSCRIPTION = 'Microsoft.EventGrid/topics/eventSubscriptions';

const SUBSCRIBED = ['full', 'serviceBus', 'function', 'webhook'] as const;

export function testEvents(get: () => Deployments): void {
  describe('events', () => {
    test.each(SET_NAMES)('EVT-01: %s has a topic of the schema that the code publishes', (set) => {
      const published = matches(
        readFileSync('src/adapters/event-grid/event-grid.ts', 'utf8'),
        /new EventGridPublisherClient\(\w+, '(\w+)'/g,
      );

      expect(published).toEqual(['CloudEvent']);
      expect(get().one(set, TOPIC).properties.inputSchema).toBe('CloudEventSchemaV1_0');
    });

    test.each(SET_NAMES)('%s: the topic takes tokens only, over TLS 1.2', (set) => {
      expect(get().one(set, TOPIC).properties).toMatchObject({
        disableLocalAuth: true,
        minimumTlsVersionAllowed: '1.2',
      });
    });

    test('without a destination nobody is subscribed', () => {
      expect(get().ofType('minimal', SUBSCRIPTION)).toEqual([]);
    });

    test.each(SUBSCRIBED)('EVT-01: %s delivers the events of the code, in CloudEvents 1.0', (set) => {
      const types = matches(readFileSync('src/core/rotation/events.ts', 'utf8'), /readonly type: '(\w+)'/g);
      const { eventDeliverySchema, filter } = get().one(set, SUBSCRIPTION).properties;

      expect(eventDeliverySchema).toBe('CloudEventSchemaV1_0');
      expect(filter.includedEventTypes).toEqual([...types]);
    });

    test('a queue gets them by the identity of the topic, whose role is there before', () => {
      const { deliveryWithResourceIdentity, destination } = get().one('full', SUBSCRIPTION).properties;
      const { resources } = JSON.parse(get().template.contents);

      expect(deliveryWithResourceIdentity.identity).toEqual({ type: 'SystemAssigned' });
      expect(deliveryWithResourceIdentity.destination).toMatchObject({
        endpointType: 'StorageQueue',
        properties: { queueName: 'keys' },
      });
      expect(destination ?? null).toBeNull();
      expect(get().one('full', TOPIC).identity?.type).toBe('SystemAssigned');
      expect(resources.subscriptionToEvents.dependsOn).toEqual(
        expect.arrayContaining(['roles', 'queueSender', 'serviceBusSender']),
      );
    });

    test('a Service Bus queue and a function get them too', () => {
      const toQueue = get().one('serviceBus', SUBSCRIPTION).properties;
      const toFunction = get().one('function', SUBSCRIPTION).properties;

      expect(toQueue.deliveryWithResourceIdentity.destination.endpointType).toBe('ServiceBusQueue');
      expect(toFunction.destination.endpointType).toBe('AzureFunction');
      expect(toFunction.deliveryWithResourceIdentity ?? null).toBeNull();
    });

    test('a webhook is called with a token for it, from a tenant that is named', () => {
      const { destination, deliveryWithResourceIdentity } = get().one('webhook', SUBSCRIPTION).properties;

      expect(deliveryWithResourceIdentity ?? null).toBeNull();
      expect(destination).toEqual({
        endpointType: 'WebHook',
        properties: {
          endpointUrl: 'https://maps.example.com/events',
          azureActiveDirectoryApplicationIdOrUri: 'aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa',
          azureActiveDirectoryTenantId: '44444444-4444-4444-4444-444444444444',
          maxEventsPerBatch: 1,
          minimumTlsVersionAllowed: '1.2',
        },
      });
    });

    test.each(SUBSCRIBED)('%s: what can not be delivered is kept', (set) => {
      const { deadLetterWithResourceIdentity } = get().one(set, SUBSCRIPTION).properties;

      expect(deadLetterWithResourceIdentity).toMatchObject({
        identity: { type: 'SystemAssigned' },
        deadLetterDestination: {
          endpointType: 'StorageBlob',
          properties: { blobContainerName: 'dead-letter' },
        },
      });
    });
  });
}
