import {
  APPLIES_LATE,
  BUSY,
  inTrouble,
  NEEDS_ROLE,
  PASSES,
  STAYS,
  THROTTLED,
  TOKEN_REFUSED,
} from './presets.ts';
import type { ServiceCodes } from './types.ts';

const PERHAPS_BUSY = { ...BUSY, todo: BUSY.todo.replace('{scope}', 'the account') } as const;

const ACCOUNT_BUSY = {
  ...PERHAPS_BUSY,
  meaning: 'Another change of the account is under way, and Azure makes one at a time.',
} as const;

const NAMES = 'Check the names of the subscription, the resource group and the account.';

const NOT_REGISTERED = {
  ...STAYS,
  status: 409,
  title: 'Azure Maps not registered',
  meaning: 'The subscription is not registered for Azure Maps.',
  todo: 'Somebody has to register the resource provider Microsoft.Maps in the subscription.',
} as const;

const NO_ACCOUNT = {
  ...STAYS,
  turn: 'caller',
  status: 404,
  title: 'Account not found',
  meaning: 'There is nothing at {scope}.',
  todo: `${NAMES} An account that was deleted drops out by itself.`,
} as const;

/**
 * Codes of Azure Resource Manager, and of what is behind it.
 * https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors
 * https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
 */
export const ARM_CODES = {
  SubscriptionRequestsThrottled: {
    ...PASSES,
    ...THROTTLED,
    status: 429,
    meaning: 'Azure allows so many requests for a subscription in a time, and they were used up.',
  },
  TenantRequestsThrottled: {
    ...PASSES,
    ...THROTTLED,
    status: 429,
    meaning: 'Azure allows so many requests for a tenant in a time, and they were used up.',
  },
  ResourceRequestsThrottled: {
    ...PASSES,
    ...THROTTLED,
    status: 429,
    meaning: 'Azure Maps allows so many requests in a time, and they were used up.',
  },
  ResourceCollectionRequestsThrottled: {
    ...PASSES,
    ...THROTTLED,
    status: 429,
    meaning: 'Azure Maps allows so many requests in a time, and they were used up.',
  },
  TooManyRequests: { ...PASSES, ...THROTTLED, status: 429 },
  OperationNotAllowed: {
    ...PASSES,
    status: 409,
    title: 'Not allowed now',
    meaning: 'Azure does not allow the operation in the state that things are in.',
    todo: 'Wait: the app tries again by itself. If it stays, look at the account and its subscription in the portal.',
  },
  AnotherOperationInProgress: { ...PASSES, ...ACCOUNT_BUSY, status: 409 },
  ConflictingConcurrentWriteNotAllowed: { ...PASSES, ...ACCOUNT_BUSY, status: 409 },
  ConflictingUserInput: { ...PASSES, ...ACCOUNT_BUSY, status: 409 },
  RetryableError: { ...PASSES, ...ACCOUNT_BUSY, status: 409 },
  Conflict: { ...PASSES, ...PERHAPS_BUSY, status: 409 },
  PreconditionFailed: { ...PASSES, ...PERHAPS_BUSY, status: 412 },
  Locked: {
    ...PASSES,
    ...PERHAPS_BUSY,
    status: 423,
    meaning: 'Azure holds the account locked while it works on it.',
  },
  ResourceGroupBeingDeleted: {
    ...STAYS,
    turn: 'nobody',
    status: 409,
    title: 'Resource group is being deleted',
    meaning: 'The resource group of the account is being deleted, and the account with it.',
    todo: 'Nothing. Once it is gone, take it out of ROTATION_SCOPES where it is named there.',
  },
  ScopeLocked: {
    ...STAYS,
    status: 409,
    title: 'Read-only lock',
    meaning: 'A lock keeps Azure from carrying out the request.',
    todo: 'Remove the read-only lock of the account, its resource group or its subscription.',
  },
  ReadOnlyDisabledSubscription: {
    ...STAYS,
    status: 409,
    title: 'Subscription disabled',
    meaning: 'The subscription is disabled, so it can only be read, and not its keys.',
    todo: 'Enable the subscription again; mostly a payment or its spending limit has disabled it.',
  },
  MissingSubscriptionRegistration: NOT_REGISTERED,
  SubscriptionNotRegistered: NOT_REGISTERED,
  NoRegisteredProviderFound: {
    ...STAYS,
    status: 400,
    carriedOut: 'unknown',
    title: 'Not offered there',
    meaning: 'Azure offers this operation of Azure Maps in no region of the subscription’s cloud.',
    todo: 'Check AZURE_RESOURCE_MANAGER_ENDPOINT, and whether that cloud has Azure Maps.',
  },
  DisallowedOperation: {
    ...STAYS,
    status: 403,
    title: 'Not allowed in this subscription',
    meaning: 'A subscription of this type may not use Azure Maps through Azure Resource Manager.',
    todo: 'Move the account to another subscription, or ask for another offer for this one.',
  },
  RequestDisallowedByPolicy: {
    ...STAYS,
    status: 403,
    title: 'Denied by Azure Policy',
    meaning: 'An Azure Policy denies {action} on {scope}.',
    todo: 'Exempt the account from the policy, or change the policy.',
  },
  AuthorizationFailed: { ...APPLIES_LATE, ...NEEDS_ROLE, status: 403 },
  LinkedAuthorizationFailed: { ...APPLIES_LATE, ...NEEDS_ROLE, status: 403 },
  DenyAssignmentAuthorizationFailed: {
    ...STAYS,
    status: 403,
    title: 'Denied by a deny assignment',
    meaning: 'A deny assignment keeps the app’s identity{who} from {action} on {scope}.',
    todo: 'Exempt the identity from the deny assignment: it goes before every role.',
  },
  InvalidAuthenticationToken: { ...APPLIES_LATE, ...TOKEN_REFUSED, status: 401 },
  AuthenticationFailed: { ...APPLIES_LATE, ...TOKEN_REFUSED, status: 401 },
  ExpiredAuthenticationToken: {
    ...APPLIES_LATE,
    status: 401,
    title: 'Token expired',
    meaning: 'The token of the app’s own identity is no longer good, though by the app’s clock it still is.',
    todo: 'Wait some minutes: the app gets a new one once its own clock says that it needs one. If it stays, restart the Function App.',
  },
  InvalidAuthenticationTokenTenant: {
    ...STAYS,
    status: 401,
    title: 'Token of another tenant',
    meaning: 'The token is of another tenant than the subscription.',
    todo: 'Take the subscription out of ROTATION_SCOPES, and install the app in the subscription’s own tenant: its identity must be of that.',
  },
  InvalidAuthenticationTokenAudience: {
    ...STAYS,
    status: 401,
    title: 'Token for another audience',
    meaning: 'The token is for another audience than this Azure Resource Manager.',
    todo: 'Check AZURE_RESOURCE_MANAGER_ENDPOINT: it must be that of the subscription’s cloud.',
  },
  ResourceNotFound: NO_ACCOUNT,
  ParentResourceNotFound: NO_ACCOUNT,
  ResourceGroupNotFound: {
    ...STAYS,
    turn: 'caller',
    status: 404,
    title: 'Resource group not found',
    meaning: 'Azure knows no such resource group: there is nothing at {scope}.',
    todo: `${NAMES} In ROTATION_SCOPES, the resource group may have been deleted or renamed since.`,
  },
  SubscriptionNotFound: {
    ...STAYS,
    turn: 'caller',
    status: 404,
    title: 'Subscription not found',
    meaning: 'Azure knows no such subscription, or the app’s identity sees nothing of it.',
    todo: `${NAMES} Where they are right, give the identity its role on the subscription.`,
  },
  BadRequest: {
    ...STAYS,
    status: 400,
    carriedOut: 'unknown',
    title: 'Request refused',
    meaning: 'Azure does not take the request as the app sends it.',
    todo: 'Look at the account in the portal: its state may say why. If it stays, report it.',
  },
  InternalServerError: inTrouble(500, 'That is an error on its side.'),
  BadGateway: inTrouble(502, 'That is an error on its side.'),
  ServerTimeout: inTrouble(503, 'What is behind it did not answer in time.'),
  ServiceUnavailable: inTrouble(503, 'It can’t serve the call now.'),
  GatewayTimeout: inTrouble(504, 'What is behind it did not answer in time.'),
} as const satisfies ServiceCodes;
