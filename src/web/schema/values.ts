import { z } from 'zod';
import { parseAccountId } from '../../core/account/account.ts';
import { KEY_TYPES } from '../../core/account/key-type.ts';
import { ROTATION_STATES } from '../../core/rotation/rotation.ts';

export const ACCOUNT_ID =
  '/subscriptions/21a9967a-e8a9-4656-a70b-96ff1c4d05a0/resourceGroups/rg-maps/providers/Microsoft.Maps/accounts/map-storefront';
export const ROTATION_ID = '01a2138c-2881-7403-ac1f-38b7f65c1457';

export const keyType = z.enum(KEY_TYPES).meta({
  description: "One of an account's two shared keys.",
  // As in ARM's own specification.
  'x-ms-enum': {
    name: 'KeyType',
    modelAsString: true,
    values: KEY_TYPES.map((value) => ({ value, description: `The ${value} key.` })),
  },
});

export const rotationState = z.enum(ROTATION_STATES).meta({
  description: [
    'How far a rotation is:',
    '- `started`: decided, and the key not known to be regenerated yet; other rotations of the account have to wait',
    '- `regenerated`: the key is new, and its event is owed',
    '- `stored`: the new key is in Key Vault',
    '- `verified`: the new key was tried on Azure Maps',
    '- `published`: Event Grid accepted the `KeyRegenerated` event',
    '- `completed`: nothing is left to do',
    '- `failed`: no key was regenerated',
  ].join('\n'),
});

export const trigger = z.enum(['http', 'timer', 'observed']).meta({
  description:
    'Who asked. `observed`: nobody asked this app; a reading showed a key that others had regenerated.',
});

export const reason = z.enum(['requested', 'due', 'overdue', 'age-unknown', 'observed']).meta({
  description: 'Why. `age-unknown`: ARM gives no time for a key, so that it counted as due.',
});

export const rotationId = z.guid().meta({
  description: 'Id of the rotation, and of its `KeyRegenerated` event.',
  examples: [ROTATION_ID],
});

export const accountId = z.string().meta({
  description: 'ARM id of the Azure Maps account.',
  examples: [ACCOUNT_ID],
});

/** As a caller names an account: in any case, with or without a slash at the end. */
export function isAccountId(text: string): boolean {
  return parseAccountId(text) !== undefined;
}

export function time(description: string, example: string) {
  return z.iso.datetime({ offset: true }).meta({ description, examples: [example] });
}

export const timerCounts = z.record(z.string(), z.number()).meta({
  description:
    'What the run did, in numbers. `failedScopes`: could not be listed, or not to their end; `unread`: accounts of `due` that could not be taken up the last time; `unreadable`: accounts with an id that the app can not go by.',
  examples: [
    { seen: 42, due: 3, overdue: 0, skipped: 5, failed: 0, unread: 0, unreadable: 0, failedScopes: 0 },
  ],
});

export const timer = z.enum(['rotateDueAccounts', 'reconcileRotations']).meta({
  description: 'Name of the timer function.',
});

export const verified = (description: string) =>
  z
    .boolean()
    .exactOptional()
    .meta({ description: `${description}; absent where it was not tried, or could not be.` });
