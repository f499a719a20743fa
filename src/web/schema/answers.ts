import { z } from 'zod';
import { accountId, keyType, reason, rotationId, rotationState, time, trigger, verified } from './values.ts';

const key = (name: string) =>
  z
    .string()
    .exactOptional()
    .meta({
      description: `The ${name} key; absent where the caller sent \`Prefer: return=minimal\`.`,
      examples: [`<${name} key>`],
    });

/** As ARM has it, text: all seven digits of a second count where one time is compared with another. */
const keyTime = (name: string, example: string) =>
  z
    .string()
    .exactOptional()
    .meta({
      description: `When the ${name} key was last regenerated, as ARM says it (ISO 8601, UTC); absent where it never was.`,
      examples: [example],
    });

/** One schema for both answers, each property optional as in ARM's: generators make no types of a choice. */
export const mapsAccountKeys = z
  .object({
    primaryKey: key('primary'),
    primaryKeyLastUpdated: keyTime('primary', '2026-11-05T16:31:21.4480000Z'),
    secondaryKey: key('secondary'),
    secondaryKeyLastUpdated: keyTime('secondary', '2026-11-25T16:31:22.3184321Z'),
  })
  .meta({
    description:
      "The account's keys as they are now, and when they were regenerated: ARM's `MapsAccountKeys`. With `Prefer: return=minimal`, the times alone.",
  });

export const code = z.string().meta({ description: 'What is wrong, in a word for programs.' });
export const message = z.string().meta({ description: 'What is wrong, and what to do about it.' });

export const errorDetail = z
  .object({
    code,
    // What Kiota makes the message of an exception: https://learn.microsoft.com/openapi/kiota/errors
    message: message.meta({ 'x-ms-primary-error-message': true }),
    target: z
      .string()
      .exactOptional()
      .meta({ description: 'The parameter, header, property or app setting to change.' }),
  })
  .meta({ description: "ARM's `ErrorDetail`." });

export const errorResponse = z.object({ error: errorDetail }).meta({
  description: "ARM's `ErrorResponse`. The code is in the header `x-ms-error-code` too.",
});

export const rotationError = z
  .object({ code, message })
  .meta({ description: 'Why a rotation failed, or what it waits for.' });

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
    error: rotationError.exactOptional(),
  })
  .meta({ description: 'One rotation. It tells times, never a key.' });

export const nextLink = z.url().exactOptional().meta({
  description:
    'Address of the next page; absent on the last one. It has no credentials: send them again, in the header.',
});

export const rotationList = z
  .object({ value: z.array(rotation).meta({ description: 'Newest first.' }), nextLink })
  .meta({ description: 'A page of rotations.' });
