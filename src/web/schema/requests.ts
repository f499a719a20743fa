import { z } from 'zod';
import type { AccountPart } from '../../core/account/account.ts';
import { foldCase, NAME_PATTERNS, NAMING_RULES } from '../../core/account/account.ts';
import { parseHttpDate } from '../../core/http-date.ts';
import { FIRST_SENT_RULE } from '../../core/rotation/admission.ts';
import { ROTATION_STATES } from '../../core/rotation/rotation.ts';
import { shorten } from '../requests/shorten.ts';
import { ACCOUNT_ID, isAccountId, keyType, ROTATION_ID } from './values.ts';

export const API_VERSION = '2023-06-01';

export const DEFAULT_TOP = 50;
export const MAX_TOP = 200;

const given = ({ input }: { readonly input?: unknown }) => `'${shorten(String(input))}'`;

/** A value of an enum in any case of letters, as clients write it whose language has capitals there. */
const inAnyCase = <S extends z.ZodType>(schema: S) =>
  z.preprocess((value) => (typeof value === 'string' ? foldCase(value) : value), schema);

/** ARM's `MapsKeySpecification`. */
export const regenerateKeyBody = z.strictObject({ keyType: inAnyCase(keyType) }).meta({
  description:
    "Which key is to be regenerated: ARM's `MapsKeySpecification`. The app takes `keyType` in any case of letters, as enums of some languages write it.",
  examples: [{ keyType: 'secondary' }],
});

/**
 * What is described of the names: the patterns of ARM's own specification, which every generator takes. The app goes by
 * `NAME_PATTERNS`, whose classes of letters need a flag that a pattern in a document can't have.
 */
const DESCRIBED_NAMES = {
  subscriptionId: { format: 'uuid' },
  resourceGroupName: { pattern: '^[-\\w\\._\\(\\)]+$', minLength: 1, maxLength: 90 },
  accountName: { pattern: '^[^%&:\\\\/#?]+$', minLength: 1, maxLength: 98 },
} as const satisfies Readonly<Record<AccountPart, object>>;

function accountPart(part: AccountPart, description: string, example: string, note = '') {
  const error = (issue: { readonly input?: unknown }) =>
    `${given(issue)} is no valid ${part}: it must be ${NAMING_RULES[part]}.`;
  return z
    .string()
    .regex(NAME_PATTERNS[part], { error })
    .meta({
      description: `${description} ${NAMING_RULES[part]}.${note}`,
      examples: [example],
      ...DESCRIBED_NAMES[part],
    });
}

export const accountPath = z.object({
  subscriptionId: accountPart('subscriptionId', 'The subscription:', '21a9967a-e8a9-4656-a70b-96ff1c4d05a0'),
  resourceGroupName: accountPart(
    'resourceGroupName',
    'The resource group, without regard to case:',
    'rg-maps',
    ' The pattern is that of ARM’s specification; where a language takes it for ASCII alone, the app takes more.',
  ),
  accountName: accountPart(
    'accountName',
    'The Azure Maps account, without regard to case:',
    'map-storefront',
  ),
});

export const rotationPath = z.object({
  rotationId: z.guid({ error: (issue) => `${given(issue)} is no UUID.` }).meta({
    description: 'Id of the rotation, from the header `x-ms-rotation-id` or the list.',
    examples: [ROTATION_ID],
  }),
});

export const eventTypePath = z.object({
  eventType: z.enum(['KeyRegenerated', 'KeyRotationFailed']).meta({
    description: 'Type of the event, without regard to case.',
    examples: ['KeyRegenerated'],
  }),
});

const apiVersion = z
  .literal(API_VERSION, {
    error: (issue) =>
      `The api-version ${given(issue)} is not supported. Use ${API_VERSION}, or leave it out.`,
  })
  .exactOptional()
  .meta({
    description: `Version of the contract, as ARM has it: ${API_VERSION}. Unlike there it may be left out, which means the same.`,
  });

/** Of the routes that take no parameter but the version. */
export const plainQuery = z.object({ 'api-version': apiVersion });

export const rotateQuery = z.object({
  'api-version': apiVersion,
  force: z
    .stringbool({
      ...{ truthy: ['true'], falsy: ['false'], case: 'sensitive' },
      error: (issue) => `force must be true or false, not ${given(issue)}.`,
    })
    .default(false)
    .meta({
      description:
        'Lifts the overlap and the due date, and nothing else: an account that is skipped or waits for an event stays as it is.',
    }),
});

export const planQuery = z.object({
  'api-version': apiVersion,
  skipToken: z
    .string()
    .exactOptional()
    .meta({ description: 'Where the page begins; only as an earlier page gave it in its `nextLink`.' }),
});

const topRule = `top must be a whole number from 1 to ${MAX_TOP}.`;

export const listQuery = z.object({
  'api-version': apiVersion,
  accountId: z
    .string()
    .refine(isAccountId, { error: (issue) => `${given(issue)} is not the ARM id of a Maps account.` })
    .exactOptional()
    .meta({ description: 'Only rotations of this account; its ARM id in any case.', examples: [ACCOUNT_ID] }),
  state: z
    .enum(ROTATION_STATES, {
      error: (issue) => `${given(issue)} is no state; it must be one of ${ROTATION_STATES.join(', ')}.`,
    })
    .exactOptional()
    .meta({ description: 'Only rotations in this state.', examples: ['failed'] }),
  top: z.coerce
    .number(topRule)
    .int(topRule)
    .min(1, topRule)
    .max(MAX_TOP, topRule)
    .default(DEFAULT_TOP)
    .meta({ description: 'How many rotations a page has at most.', examples: [20] }),
  skipToken: z
    .guid('skipToken must come from a nextLink.')
    .exactOptional()
    .meta({ description: 'Where the page begins; only as an earlier page gave it in its `nextLink`.' }),
});

/** Each one needs the other. */
export const repeatabilityHeaders = z.object({
  'Repeatability-Request-ID': z.guid('Repeatability-Request-ID must be a GUID.').meta({
    description:
      'A GUID that makes the request repeatable for 24 hours: the same id for the same account and key joins the rotation of the first request instead of regenerating again. Needs `Repeatability-First-Sent` beside it.',
    examples: ['0f8fad5b-d9cb-469f-a165-70867728950e'],
  }),
  'Repeatability-First-Sent': z
    .string(FIRST_SENT_RULE)
    .refine((date) => parseHttpDate(date, Date.now()) !== undefined, FIRST_SENT_RULE)
    .meta({
      description:
        'When the request was first sent, as an HTTP date, at most 24 hours ago; the same at each repetition. Each of the three forms of RFC 9110 is taken; send the one of the example. Needs `Repeatability-Request-ID` beside it.',
      examples: ['Wed, 25 Nov 2026 16:31:20 GMT'],
    }),
});

/** Never a reason to refuse a request: what is no GUID only correlates. */
export const clientRequestIdHeader = z.object({
  'x-ms-client-request-id': z.string().meta({
    description:
      "The caller's own id. Where it is a GUID, the same one for the same account and key (or for `rotate` again) joins the first request for 5 minutes: so the own retries of the Azure SDK and of `az rest` do no harm.",
    examples: ['7c9e6679-7425-40de-944b-e07fc1f90ae7'],
  }),
  'x-ms-return-client-request-id': z.string().meta({
    description:
      "`true`: the answer has the request's `x-ms-client-request-id`, where that is a GUID. Each route of the app knows both headers.",
    examples: ['true'],
  }),
});

export const preferHeader = z.object({
  Prefer: z.string().meta({
    description:
      '`return=minimal`: the answer has the two times and no keys, and the caller needs no right to read keys (RFC 7240). Other preferences are ignored.',
    examples: ['return=minimal'],
  }),
});
