import type { Reply } from './http.ts';
import { principalId, type TokenCheck, tenantId } from './tokens.ts';

/** ARM's ErrorResponse. The texts follow those of Azure, since people and tools read them. */
export function armError(status: number, code: string, message: string, target?: string): Reply {
  return { status, body: { error: { code, message, ...(target && { target }) } } };
}

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

export function tooManyRequests(kind: 'reads' | 'writes', subscriptionId: string, retryAfter: number): Reply {
  const message = `Number of '${kind}' for subscription '${subscriptionId}' exceeded the limit. Please try again after '${retryAfter}' seconds.`;
  return { ...armError(429, 'TooManyRequests', message), headers: { 'Retry-After': String(retryAfter) } };
}

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

const usualCodes: Record<number, string> = {
  400: 'BadRequest',
  401: 'InvalidAuthenticationToken',
  403: 'AuthorizationFailed',
  404: 'ResourceNotFound',
  408: 'RequestTimeout',
  409: 'Conflict',
  412: 'PreconditionFailed',
  429: 'TooManyRequests',
  500: 'InternalServerError',
  502: 'BadGateway',
  503: 'ServerTimeout',
  504: 'GatewayTimeout',
};

/** What a fault answers where it gives no body of its own. */
export function armFault(status: number, given: string | undefined, operation: string, scope: string): Reply {
  if (status < 400) return { status };
  const code = given ?? usualCodes[status] ?? 'InternalServerError';
  return armError(status, code, faultMessage(code, operation, scope));
}

function faultMessage(code: string, operation: string, scope: string): string {
  switch (code) {
    case 'AuthorizationFailed':
      return `The client '${principalId}' with object id '${principalId}' does not have authorization to perform action '${actions[operation]}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`;
    case 'ScopeLocked':
      return `The scope '${scope}' cannot perform write operation because following scope(s) are locked: '${scope}'. Please remove the lock and try again.`;
    case 'ResourceNotFound':
      return `The Resource '${scope}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`;
    case 'TooManyRequests':
      return 'The request is being throttled. Please try again later.';
    default:
      return `The request failed (${code}).`;
  }
}
