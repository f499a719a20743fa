import {
  accountPath,
  clientRequestIdHeader,
  plainQuery,
  preferHeader,
  repeatabilityHeaders,
  rotateQuery,
} from '../schema/requests.ts';
import { KEY_TIMES, KEYS, ROTATION } from './examples.ts';
import type { ErrorCode, Operation } from './operation.ts';
import { ARM_ERROR_CODES, VAULT_ERROR_CODES } from './service-errors.ts';

const ACCOUNT_PATH =
  '/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.Maps/accounts/{accountName}';

/** The two come together or not at all. */
const REPEATABILITY = repeatabilityHeaders.partial();

/** One for both ways, so that the document has it once. */
const CLIENT_REQUEST_ID = clientRequestIdHeader.partial();

/** What both ways to a new key may answer. */
const COMMON_ERRORS: readonly ErrorCode[] = [
  ...(['InvalidSubscriptionId', 'InvalidResourceGroupName', 'InvalidAccountName'] as const),
  ...(['CrossSiteRequest', 'MissingHeader', 'InvalidHeader', 'AccountOutOfScope'] as const),
  ...ARM_ERROR_CODES,
  ...VAULT_ERROR_CODES,
  ...(['AccountReplaced', 'RotationInProgress', 'LocalAuthDisabled', 'Superseded'] as const),
  ...(['RepeatabilityExpired', 'ConditionHeadersNotSupported'] as const),
  ...(['UnexpectedAnswer', 'OutcomeUnknown', 'NotCarriedOut', 'Unreachable', 'Timeout'] as const),
  ...(['ReadingUnproved', 'StateSavedTooSlowly', 'AccountBusy'] as const),
  'TooManyEventsPending',
];

/** `more`: what else says that a key may have been regenerated. */
function errorsMean(more: string): string {
  return `An error means that this request regenerated nothing and never will, unless the answer says otherwise. These do: \`OutcomeUnknown\`${more}; a message that says that ARM gave no usable answer to the order, which had not been carried out when the keys were read after it: should ARM carry it out after all, its \`KeyRegenerated\` event follows; and \`InternalError\`, an error of the app itself, which says nothing of the key. In all of them ask again with the same \`Repeatability-Request-ID\`. What is said here stays true whatever fails after it, storage included; where a request with an id was not begun, the message says that it speaks of this request alone, and not of another one with the same id.`;
}

const CONDITIONS =
  'What is asked for on a condition is not done without it: `If-Match` other than `*`, `If-None-Match` and `If-Unmodified-Since` can not be checked, and are refused with 412 before anything is asked of Azure. The other two of HTTP, `If-Modified-Since` and `If-Range`, mean nothing for a POST (RFC 9110).';

export const regenerateKey: Operation = {
  operationId: 'regenerateKey',
  method: 'post',
  path: `${ACCOUNT_PATH}/regenerateKey`,
  tag: 'Keys',
  summary: 'Regenerate one key, at once',
  description: [
    "The contract of ARM's `regenerateKey`: **the key named in the body stops working at once**, and a new one takes its place. It does what it is told, also inside the overlap, since a leaked key can't wait; `rotateAccount` is the guarded way.",
    'The key is regenerated once, however often the request is repeated with the same `Repeatability-Request-ID`, and its `KeyRegenerated` event is sent until Event Grid accepts it. The answer comes once the key is new, after up to 25 seconds.',
    errorsMean('; a message that says that the key was regenerated, and could only not be read'),
    CONDITIONS,
    'With Microsoft Entra ID, `Keys.Read` is not needed with `Prefer: return=minimal`.',
  ].join('\n\n'),
  externalDocs: {
    url: 'https://learn.microsoft.com/rest/api/maps-management/accounts/regenerate-keys',
    description: 'The same operation of Azure Resource Manager',
  },
  roles: ['Rotations.Rotate', 'Keys.Read'],
  pathParameters: accountPath,
  query: plainQuery,
  headers: [REPEATABILITY, CLIENT_REQUEST_ID, preferHeader.partial()],
  body: 'MapsKeySpecification',
  successes: {
    200: {
      description:
        'The key was regenerated, by this request or by the one that it repeats. The event was sent, or is being sent.',
      headers: ['RotationId', 'RepeatabilityResult'],
      ownHeaders: {
        'Preference-Applied': {
          description: 'Where the caller preferred an answer without keys.',
          schema: { const: 'return=minimal' },
        },
      },
      content: {
        'application/json': {
          schema: 'MapsAccountKeys',
          examples: {
            keys: { summary: 'Both keys as they are now', value: KEYS },
            minimal: { summary: 'With Prefer: return=minimal', value: KEY_TIMES },
          },
        },
      },
      linksRotation: true,
    },
  },
  errors: [
    ...COMMON_ERRORS,
    ...(['InvalidRequestContent', 'InvalidKeyType', 'RepeatabilityRequestIdReused'] as const),
    ...(['RequestBodyTooLarge', 'UnsupportedMediaType'] as const),
  ],
  passesOnErrors: true,
};

export const rotateAccount: Operation = {
  operationId: 'rotateAccount',
  method: 'post',
  path: `${ACCOUNT_PATH}/rotate`,
  tag: 'Keys',
  summary: 'Rotate an account, by the policy',
  description: [
    'The guarded way: the policy chooses the key, which is always the one **not in use**, and refuses with 409 where a key in use could die: within the overlap, while an event waits to be accepted, or where it is not known which key is in use. The key that it chooses stops working at once.',
    '`force` lifts the overlap and the due date, and nothing else. The answer is the rotation, without a key.',
    errorsMean(''),
    CONDITIONS,
  ].join('\n\n'),
  roles: ['Rotations.Rotate'],
  pathParameters: accountPath,
  query: rotateQuery,
  headers: [REPEATABILITY, CLIENT_REQUEST_ID],
  successes: {
    200: {
      description:
        'A key was regenerated, by this request or by the one that it repeats. The event was sent, or is being sent.',
      headers: ['RotationId', 'RepeatabilityResult'],
      content: {
        'application/json': {
          schema: 'Rotation',
          examples: { rotation: { summary: 'A rotation that is done', value: ROTATION } },
        },
      },
      linksRotation: true,
    },
  },
  errors: [
    ...COMMON_ERRORS,
    ...(['NotDue', 'Overlap', 'EventPending', 'Disabled', 'Misconfigured', 'NotProvisioned'] as const),
    ...(['InUseUnknown'] as const),
  ],
  passesOnErrors: true,
};
