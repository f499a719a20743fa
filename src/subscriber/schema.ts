import * as z from 'zod/mini';
import type { KeyRegeneratedEvent, KeyRotationFailedEvent } from './events.ts';

const text = (description: string, extra: object = {}) =>
  z.string().check(z.minLength(1), z.meta({ description, ...extra }));
/** Where later versions may send others, examples and no enum: an older subscriber must not refuse the event for it. */
const oneOf = (description: string, examples: readonly string[]) =>
  text(`${description} Later versions of the app may send others.`, { examples });
const guid = (description: string) => z.guid().check(z.meta({ description }));
const time = (description: string) => z.iso.datetime({ offset: true }).check(z.meta({ description }));

const rotatedKey = {
  rotationId: guid(
    'UUIDv7 of the rotation; the same at /api/rotations/{id} and in the header x-ms-rotation-id.',
  ),
  accountId: text('ARM id of the Azure Maps account, in one spelling.'),
  accountName: text('Name of the account.'),
  resourceGroupName: text('Name of its resource group.'),
  subscriptionId: guid('Its subscription.'),
  formerAccountIds: z.exactOptional(
    z.array(z.string()).check(
      z.meta({
        description:
          'ARM ids that the account had before it was moved, newest first, until both its keys were regenerated since. Who goes by one of them is to go by accountId from now on.',
      }),
    ),
  ),
  keyType: z
    .enum(['primary', 'secondary'])
    .check(z.meta({ description: "Which of the account's two keys." })),
  trigger: oneOf('What started the rotation; observed: somebody else did, outside of the app.', [
    'http',
    'timer',
    'observed',
  ]),
  reason: oneOf('Why it was started; age-unknown: nobody knows how old a key is, so it counted as due.', [
    ...['requested', 'due', 'overdue', 'age-unknown', 'observed'],
  ]),
};

const keyRegeneratedData = z.object({
  ...rotatedKey,
  keyLastUpdated: z.exactOptional(
    time(
      'When ARM says that the key was updated, as ARM wrote it, with up to seven digits of a second. Events are ordered by it. Absent where ARM gave no time.',
    ),
  ),
  otherKeyLastUpdated: z.exactOptional(time('The same of the other key, as it was read with this one.')),
  secretId: z.exactOptional(
    z.string().check(
      z.regex(/^https:\/\/[^/]+\/secrets\/[^/]+\/[^/]+$/),
      z.meta({
        description:
          'Key Vault id of the new key, with its version. Absent where the app stores no keys in a vault.',
      }),
    ),
  ),
  verified: z.exactOptional(
    z.boolean().check(
      z.meta({
        description:
          'Whether Azure Maps was seen to accept the new key before this was sent. Absent where that is not tried, or Azure Maps could not be asked.',
      }),
    ),
  ),
});

const keyRotationFailedData = z.object({
  ...rotatedKey,
  state: oneOf('The state of the rotation in which it was given up.', ['started']),
  keyRegenerated: z.boolean().check(
    z.meta({
      description: 'Whether the key was regenerated all the same; its KeyRegenerated is then sent.',
    }),
  ),
  error: z
    .object({
      code: text('The reason, for programs.'),
      message: z.string().check(z.meta({ description: 'The reason, for people; no key is in it.' })),
    })
    .check(z.meta({ description: 'Why it was given up.' })),
});

/** Attributes that are not known here are let through: Event Grid and tracing add theirs. */
function cloudEvent<T extends string, D extends z.ZodMiniObject>(
  type: T,
  data: D,
  texts: { readonly description: string; readonly id: string; readonly time: string },
) {
  const event = {
    specversion: z.literal('1.0').check(z.meta({ description: 'Version of CloudEvents.' })),
    id: text(texts.id),
    source: text('ARM id of the account as a URI reference.', { format: 'uri-reference' }),
    type: z.literal(type).check(z.meta({ description: 'Type of the event.' })),
    subject: text('accounts/{accountName}/keys/{keyType}', {
      examples: ['accounts/map-storefront/keys/secondary'],
    }),
    time: time(texts.time),
    data: data.check(z.meta({ description: 'What happened to which key.' })),
  };
  return z.looseObject(event).check(z.meta({ title: type, description: texts.description }));
}

export const keyRegenerated = cloudEvent('KeyRegenerated', keyRegeneratedData, {
  description:
    'A shared key of an Azure Maps account has a new value, and its old one stopped working. The key itself is not in the event.',
  id: 'Id of the rotation: the same at each delivery, so that repeats can be dropped.',
  time: 'When ARM says that the key was updated; when the event was sent, where ARM gave no time.',
}) satisfies z.ZodMiniType<KeyRegeneratedEvent>;

export const keyRotationFailed = cloudEvent('KeyRotationFailed', keyRotationFailedData, {
  description: 'A rotation was given up.',
  id: 'Id of the rotation and /failed: the same at each delivery.',
  time: 'When the event was sent.',
}) satisfies z.ZodMiniType<KeyRotationFailedEvent>;

export const keyEvent = z.discriminatedUnion('type', [keyRegenerated, keyRotationFailed]);
