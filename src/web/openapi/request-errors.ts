import { identityFailure } from '../../core/service-codes/identity-failure.ts';

/** One code of `ErrorResponse`: when it comes, and an answer that has it. */
export interface ErrorCase {
  readonly status: number;
  readonly when: string;
  readonly message: string;
  readonly target?: string;
  /** The same request can succeed later, so the answer has a `Retry-After`. */
  readonly passing?: true;
  /** Comes as 503, too: where it was what ARM answered to the regeneration itself until the caller's time was up. */
  readonly orUnavailable?: true;
  /** Only where callers sign in with Microsoft Entra ID. */
  readonly entra?: true;
}

/**
 * What can be wrong with a request, or with the app, whatever was asked for. Nothing is regenerated then, as far as
 * `InternalError` can say.
 */
export const REQUEST_ERRORS = {
  InvalidQueryParameter: {
    status: 400,
    when: 'a query parameter is unknown or given twice, or `force` is neither `true` nor `false`',
    message: "The query parameter 'expand' is not known here. Known are: api-version.",
    target: 'expand',
  },
  InvalidApiVersionParameter: {
    status: 400,
    when: 'the `api-version` is not supported',
    message: "The api-version '2021-02-01' is not supported. Use 2023-06-01, or leave it out.",
    target: 'api-version',
  },
  InvalidParameter: {
    status: 400,
    when: 'a parameter has a wrong value',
    message: "'latest' is no UUID.",
    target: 'rotationId',
  },
  InvalidSkipToken: {
    status: 400,
    when: 'the `skipToken` does not come from a `nextLink`',
    message: 'The skipToken must come from the nextLink of an earlier page.',
    target: 'skipToken',
  },
  InvalidSubscriptionId: {
    status: 400,
    when: 'the subscription is no GUID',
    message:
      "'production' is no valid subscriptionId: it must be a GUID such as 21a9967a-e8a9-4656-a70b-96ff1c4d05a0.",
    target: 'subscriptionId',
  },
  InvalidResourceGroupName: {
    status: 400,
    when: "the name breaks ARM's rules",
    message:
      "'rg maps' is no valid resourceGroupName: it must be 1 to 90 letters (with their marks), digits, underscores, hyphens, parentheses and periods, not ending in a period.",
    target: 'resourceGroupName',
  },
  InvalidAccountName: {
    status: 400,
    when: "the name breaks ARM's rules",
    message:
      "'maps:80' is no valid accountName: it must be 1 to 98 characters without %, &, :, \\, /, #, ? and control characters, neither beginning nor ending in a space, and not only periods.",
    target: 'accountName',
  },
  MissingHeader: {
    status: 400,
    when: 'one of the two repeatability headers came without the other',
    message:
      'Repeatability-Request-ID needs a Repeatability-First-Sent beside it: the HTTP date at which the request was first sent.',
    target: 'Repeatability-First-Sent',
  },
  InvalidHeader: {
    status: 400,
    when: 'a repeatability header has a wrong value, or the time in `Repeatability-First-Sent` is still to come',
    message: 'Repeatability-Request-ID must be a GUID.',
    target: 'Repeatability-Request-ID',
  },
  InvalidRequestContent: {
    status: 400,
    when: 'the body is not what it must be',
    message: 'The body is empty. It must be {"keyType": "primary"} or {"keyType": "secondary"}.',
    target: 'body',
  },
  InvalidKeyType: {
    status: 400,
    when: '`keyType` is missing or wrong',
    message:
      'keyType is missing or has a wrong value. It must be {"keyType": "primary"} or {"keyType": "secondary"}.',
    target: 'keyType',
  },
  Unauthorized: {
    status: 401,
    when: 'the caller has not signed in, or what says that he has can not be read',
    message: 'Sign in with Microsoft Entra ID: the platform sent no X-MS-CLIENT-PRINCIPAL for this request.',
    entra: true,
  },
  MissingAppRole: {
    status: 403,
    when: 'the caller lacks an app role that the operation needs',
    message: "The caller needs the app role Rotations.Read of this app's Entra ID application.",
    target: 'Rotations.Read',
    entra: true,
  },
  CrossSiteRequest: {
    status: 403,
    when: 'a page of another site made a browser send it with its user’s sign-in',
    message:
      'A page of another site made the browser send this request with the sign-in of its user. Send it from a page of this app, or with a token in the header Authorization.',
    entra: true,
  },
  RotationNotFound: {
    status: 404,
    when: 'there is no such rotation, or not any more',
    message: 'There is no rotation 01a2138c-2881-7403-ac1f-38b7f65c1457.',
    target: 'rotationId',
  },
  EventTypeNotFound: {
    status: 404,
    when: 'there is no such type of event',
    message: "'KeyExpired' is no type of event; it must be one of KeyRegenerated, KeyRotationFailed.",
    target: 'eventType',
  },
  RepeatabilityExpired: {
    status: 412,
    when: '`Repeatability-First-Sent` is more than 24 hours ago; nothing is regenerated',
    message:
      'Repeatability-First-Sent is more than 24 hours ago. Find out what became of the request, and send a new one with a new id where it is still wanted.',
    target: 'Repeatability-First-Sent',
  },
  ConditionHeadersNotSupported: {
    status: 412,
    when: 'the request has an `If-Match` other than `*`, an `If-None-Match` or an `If-Unmodified-Since`: an account has nothing to check these by, so nothing is done, and nothing is asked of Azure',
    message:
      "The condition If-None-Match can't be checked: an account has neither an ETag nor a time of change to go by. Nothing was regenerated, and nothing was asked of Azure. Send the request without the header.",
    target: 'If-None-Match',
  },
  RequestBodyTooLarge: {
    status: 413,
    when: 'the body is larger than 4 KiB',
    message: 'The body has 4097 bytes; at most 4096 are allowed.',
    target: 'body',
  },
  UnsupportedMediaType: {
    status: 415,
    when: 'the body is not `application/json`, in another charset than UTF-8, or compressed',
    message: "The Content-Type must be application/json, not 'text/plain'.",
    target: 'Content-Type',
  },
  InvalidConfiguration: {
    status: 500,
    when: 'an app setting is missing or wrong; nothing is regenerated until it is right',
    message:
      'The app setting EVENT_GRID_TOPIC_ENDPOINT is missing: it must be an https URL without query or credentials.',
    target: 'EVENT_GRID_TOPIC_ENDPOINT',
  },
  InternalError: {
    status: 500,
    when: 'the app is in error; its log has more under the `x-ms-request-id`',
    message:
      'The request met an error of this app. Its log has more under the x-ms-request-id of this answer.',
  },
  IdentityUnavailable: {
    status: 503,
    when: 'the app got no token for a service of Azure; the message says what that means for the key. Repeat the request with the same id',
    message: noToken(),
    target: 'AZURE_CLIENT_ID',
    passing: true,
  },
  StorageUnavailable: {
    status: 503,
    when: 'the storage account of the app did not answer; the message says what that means for the key. Repeat the request with the same id',
    message:
      'The storage account of the app (AzureWebJobsStorage) could not be used, so the request was not finished. Send it again, with the same Repeatability-Request-ID if it had one; if it goes on, check the setting and the roles of the app on that account.',
    passing: true,
  },
} as const satisfies Readonly<Record<string, ErrorCase>>;

function noToken(): string {
  const storage = { service: 'Azure Storage', action: 'for the call', scope: "the app's storage account" };
  return identityFailure(storage, { kind: 'refused', status: 400 }).message;
}
