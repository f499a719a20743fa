import { principalId, type TokenCheck, tenantId } from '../entra/tokens.ts';
import type { Reply } from '../server/http.ts';

/** ARM's ErrorResponse. The texts follow those of Azure, since people and tools read them. */
export function armError(status: number, code: string, message: string, target?: string): Reply {
  return { status, body: { error: { code, message, ...(target && { target }) } } };
}

/** No recording shows what ARM says to a token that it does not take: these are the words that people quote. */
export function notAuthenticated(check: TokenCheck & { ok: false }, audiences: readonly string[]): Reply {
  const [code, message] = authenticationFault(check, audiences);
  const challenge = `Bearer authorization_uri="https://login.microsoftonline.com/${tenantId}", error="invalid_token", error_description="${message}"`;
  return { ...armError(401, code, message), headers: { 'WWW-Authenticate': challenge } };
}

function authenticationFault(
  check: TokenCheck & { ok: false },
  audiences: readonly string[],
): [string, string] {
  switch (check.fault) {
    case 'missing':
      return ['AuthenticationFailed', "Authentication failed. The 'Authorization' header is missing."];
    case 'invalid':
      return ['InvalidAuthenticationToken', 'The access token is invalid.'];
    case 'audience':
      return [
        'InvalidAuthenticationTokenAudience',
        `The access token has been obtained for wrong audience or resource '${check.audience}'. It should exactly match with one of the allowed audiences ${audiences.map((audience) => `'${audience}'`).join(',')}.`,
      ];
    case 'expired':
      return [
        'ExpiredAuthenticationToken',
        'The access token expiry UTC time is earlier than current UTC time.',
      ];
    default:
      return check.fault satisfies never;
  }
}

export function accountNotFound(group: string, name: string): Reply {
  return armError(
    404,
    'ResourceNotFound',
    `The Resource 'Microsoft.Maps/accounts/${name}' under resource group '${group}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
  );
}

/** With a code and a message of its own; the seconds stand in the message, too. */
export function throttled(kind: 'read' | 'write', subscriptionId: string, retryAfter: number): Reply {
  const message = throttledMessage(kind, subscriptionId, String(retryAfter));
  return {
    ...armError(429, 'SubscriptionRequestsThrottled', message),
    headers: { 'Retry-After': String(retryAfter) },
  };
}

function throttledMessage(kind: 'read' | 'write', subscriptionId: string, retryAfter: string): string {
  return `Number of '${kind}' requests for subscription '${subscriptionId}' actor '${principalId}' exceeded. Please try again after '${retryAfter}' seconds.`;
}

/** Nor does one show a lock. */
export function scopeLocked(id: string): Reply {
  return armError(
    409,
    'ScopeLocked',
    `The scope '${id}' cannot perform write operation because following scope(s) are locked: '${id}'. Please remove the lock and try again.`,
  );
}

const actions: Record<string, string> = {
  getAccount: 'Microsoft.Maps/accounts/read',
  listAccounts: 'Microsoft.Maps/accounts/read',
  listKeys: 'Microsoft.Maps/accounts/listKeys/action',
  regenerateKey: 'Microsoft.Maps/accounts/regenerateKey/action',
};

/** Recorded are those of 403, 404 and 429. The others are what ARM documents, or guesses where it does not. */
const usualCodes: Record<number, string> = {
  400: 'BadRequest',
  401: 'InvalidAuthenticationToken',
  403: 'AuthorizationFailed',
  404: 'ResourceNotFound',
  408: 'RequestTimeout',
  409: 'Conflict',
  412: 'PreconditionFailed',
  423: 'Locked',
  429: 'SubscriptionRequestsThrottled',
  500: 'InternalServerError',
  502: 'BadGateway',
  503: 'ServerTimeout',
  504: 'GatewayTimeout',
};

/** What a failed request was about. */
export type Failed = { operation: string; scope: string; subscriptionId: string };

/** What a fault answers where it gives no body of its own. */
export function armFault(
  status: number,
  given: string | undefined,
  failed: Failed,
  headers: Record<string, string> = {},
): Reply {
  if (status < 400) return { status };
  const code = given ?? usualCodes[status] ?? 'InternalServerError';
  return armError(status, code, faultMessage(code, failed, headers));
}

function faultMessage(code: string, failed: Failed, headers: Record<string, string>): string {
  const { operation, scope, subscriptionId } = failed;
  switch (code) {
    case 'AuthorizationFailed':
      return `The client '${principalId}' with object id '${principalId}' does not have authorization to perform action '${actions[operation]}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`;
    case 'ScopeLocked':
      return `The scope '${scope}' cannot perform write operation because following scope(s) are locked: '${scope}'. Please remove the lock and try again.`;
    case 'ReadOnlyDisabledSubscription':
      return `The subscription '${subscriptionId}' is disabled and therefore marked as read only. You cannot perform any write actions on this subscription until it is re-enabled.`;
    case 'ResourceNotFound':
      return `The Resource '${scope}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`;
    case 'SubscriptionRequestsThrottled':
      return throttledMessage(kindOf(operation), subscriptionId, retryAfterOf(headers));
    default:
      return `The request failed (${code}).`;
  }
}

/** ARM counts each POST as a write, `listKeys` too. */
export function kindOf(operation: string): 'read' | 'write' {
  return operation === 'listKeys' || operation === 'regenerateKey' ? 'write' : 'read';
}

/** A fault may leave out the header, which a real answer has. */
function retryAfterOf(headers: Record<string, string>): string {
  return Object.entries(headers).find(([name]) => name.toLowerCase() === 'retry-after')?.[1] ?? '1';
}
