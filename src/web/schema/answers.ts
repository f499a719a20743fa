import { z } from 'zod';
import { accountId, keyType, reason, rotationId, rotationState, time, trigger, verified } from './values.ts';

const keyTimes = {
  primaryKeyLastUpdated: time(
    'When the primary key was last regenerated, as ARM says it; absent where it never was.',
    '2026-11-05T16:31:21.4480000Z',
  ).exactOptional(),
  secondaryKeyLastUpdated: time(
    'When the secondary key was last regenerated, as ARM says it; absent where it never was.',
    '2026-11-25T16:31:22.3184321Z',
  ).exactOptional(),
};

export const mapsAccountKeys = z
  .object({
    primaryKey: z.string().meta({ description: 'The primary key.', examples: ['<primary key>'] }),
    ...keyTimes,
    secondaryKey: z.string().meta({ description: 'The secondary key.', examples: ['<secondary key>'] }),
  })
  .meta({ description: "Both keys of the account as they are now: ARM's `MapsAccountKeys`." });

export const mapsAccountKeyTimes = z.object(keyTimes).meta({
  description: 'When the keys were regenerated, and no key: the answer to `Prefer: return=minimal`.',
});

const code = z.string().meta({ description: 'What is wrong, in a word for programs.' });
const message = z.string().meta({ description: 'What is wrong, and what to do about it.' });

export const errorResponse = z
  .object({
    error: z.object({
      code,
      message,
      target: z
        .string()
        .exactOptional()
        .meta({ description: 'The parameter, header, property or app setting to change.' }),
    }),
  })
  .meta({
    description: "ARM's `ErrorResponse`. The code is in the header `x-ms-error-code` too.",
  });

export const rotation = z
  .object({
    rotationId,
    accountId,
    keyType,
    state: rotationState,
    trigger,
    reason,
    attempt: z
      .int()
      .min(0)
      .meta({ description: 'How often the queue has woken it.', examples: [0] }),
    updatedAt: time(
      'When its row was last written, by the clock of the storage account.',
      '2026-11-25T16:31:22.901Z',
    ).exactOptional(),
    keyLastUpdated: time(
      'When ARM regenerated the key; absent until it did.',
      '2026-11-25T16:31:22.3184321Z',
    ).exactOptional(),
    otherKeyLastUpdated: time(
      'When the other key was last regenerated, as ARM said with it.',
      '2026-11-05T16:31:21.4480000Z',
    ).exactOptional(),
    secretId: z
      .url()
      .exactOptional()
      .meta({ description: 'The Key Vault secret that holds the new key, with its version.' }),
    verified: verified('Whether Azure Maps accepted the new key before its event'),
    error: z
      .object({ code, message })
      .exactOptional()
      .meta({ description: 'Why it failed, or what it waits for.' }),
  })
  .meta({ description: 'One rotation. It tells times, never a key.' });

export const nextLink = z.url().exactOptional().meta({
  description:
    'Address of the next page; absent on the last one. It has no credentials: send them again, in the header.',
});

export const rotationList = z
  .object({ value: z.array(rotation).meta({ description: 'Newest first.' }), nextLink })
  .meta({ description: 'A page of rotations.' });
