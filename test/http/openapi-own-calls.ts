import type { AccountSeed } from '../../tools/local-azure/local-azure.ts';
import { addDue, always, repeatable } from './openapi-account-calls.ts';
import type { Apps } from './openapi-apps.ts';
import type { Call } from './openapi-calls.ts';
import { json } from './stage.ts';

const order = (answer: string, about: string, init: RequestInit): Call => ({
  ...{ operationId: 'regenerateKey', answer, about },
  send: (apps) => apps.key.fetch(`/api${addDue(apps)}/regenerateKey`, init),
});

/** What `regenerateKey` alone answers. */
export const ORDER_CALLS: readonly Call[] = [
  order('200', 'minimal', json({ keyType: 'secondary' }, { prefer: 'return=minimal' })),
  order('400 InvalidRequestContent', 'no body', json('')),
  order('400 InvalidKeyType', 'no such key', json({ keyType: 'tertiary' })),
  order('413 RequestBodyTooLarge', '4097 bytes', json('{"keyType":"primary"}'.padEnd(4097))),
  order('415 UnsupportedMediaType', 'text', json('primary', { 'content-type': 'text/plain' })),
  {
    ...{ operationId: 'regenerateKey', answer: '412 RepeatabilityRequestIdReused' },
    async send(apps) {
      const id = addDue(apps);
      const headers = repeatable();
      await apps.key.fetch(`/api${id}/regenerateKey`, json({ keyType: 'primary' }, headers));
      return apps.key.fetch(`/api${id}/regenerateKey`, json({ keyType: 'secondary' }, headers));
    },
  },
];

const lately = () => new Date(Date.now() - 10 * 86_400_000);
const TAGS = { 'key-rotation': 'enabled' };

const POLICY: readonly [string, () => Partial<AccountSeed>][] = [
  ['409 NotDue', () => ({ primaryKeyLastUpdated: lately(), secondaryKeyLastUpdated: lately() })],
  ['409 Disabled', () => ({ tags: {} })],
  ['409 Misconfigured', () => ({ tags: { ...TAGS, 'key-rotation-max-age': '90' } })],
  ['409 NotProvisioned', () => ({ provisioningState: 'Deleting' })],
  ['409 InUseUnknown', () => ({ secondaryKeyLastUpdated: lately() })],
];

const rotate = (apps: Apps, id: string, query = '') =>
  apps.key.fetch(`/api${id}/rotate${query}`, { method: 'POST' });

/** What `rotateAccount` alone answers: the policy's word. */
export const POLICY_CALLS: readonly Call[] = [
  ...POLICY.map(
    ([answer, seed]): Call => ({
      ...{ operationId: 'rotateAccount', answer },
      send: (apps) => rotate(apps, addDue(apps, seed())),
    }),
  ),
  {
    ...{ operationId: 'rotateAccount', answer: '200', about: 'by force' },
    send: (apps) => rotate(apps, addDue(apps, POLICY[0]?.[1]()), '?force=true&api-version=2023-06-01'),
  },
  {
    ...{ operationId: 'rotateAccount', answer: '409 Overlap' },
    async send(apps) {
      const id = addDue(apps);
      await rotate(apps, id);
      return rotate(apps, id);
    },
  },
  {
    ...{ operationId: 'rotateAccount', answer: '409 EventPending' },
    async send(apps) {
      const id = addDue(apps);
      const takeBack = apps.stage.azure.faults.add({ operation: 'publish', status: 403, ...always });
      await rotate(apps, id);
      const response = await rotate(apps, id, '?force=true');
      takeBack();
      return response;
    },
  },
];
