import type { Reply } from './http.ts';
import { type TokenCheck, tenantId } from './tokens.ts';

export const vaultAudience = 'https://vault.azure.net';

/** The texts follow those of Azure, since people and tools read them. */
export function vaultError(status: number, code: string, message: string, inner?: string): Reply {
  return { status, body: { error: { code, message, ...(inner && { innererror: { code: inner } }) } } };
}

export function badParameter(message: string): Reply {
  return vaultError(400, 'BadParameter', message);
}

/** The challenge comes with each 401: clients of Key Vault ask for a token only when they are told to. */
export function unauthorized(message: string): Reply {
  const challenge = `Bearer authorization="https://login.microsoftonline.com/${tenantId}", resource="${vaultAudience}"`;
  return { ...vaultError(401, 'Unauthorized', message), headers: { 'WWW-Authenticate': challenge } };
}

export function tokenRefused(check: TokenCheck & { ok: false }): Reply {
  switch (check.fault) {
    case 'missing':
      return unauthorized('AKV10000: Request is missing a Bearer or PoP token.');
    case 'invalid':
      return unauthorized('AKV10046: Unable to resolve the key used for signature validation.');
    case 'audience':
      return unauthorized(`AKV10022: Invalid audience. Expected ${vaultAudience}, found: ${check.audience}.`);
    case 'expired':
      return unauthorized("[TokenExpired] Error validating token: 'S2S12086'.");
    default:
      return check.fault satisfies never;
  }
}

export function secretNotFound(id: string): Reply {
  return vaultError(
    404,
    'SecretNotFound',
    `A secret with (name/id) ${id} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182`,
  );
}

export function deletedSecretNotFound(name: string): Reply {
  return vaultError(404, 'SecretNotFound', `Deleted Secret not found: ${name}`);
}

export function secretIsDeleted(name: string): Reply {
  return vaultError(
    409,
    'Conflict',
    `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`,
    'ObjectIsDeletedButRecoverable',
  );
}

export function secretIsDisabled(): Reply {
  const message = 'Operation get is not allowed on a disabled secret.';
  return vaultError(403, 'Forbidden', message, 'SecretDisabled');
}

const usual: Record<number, [code: string, message: string, inner?: string]> = {
  400: ['BadParameter', 'Property  has invalid value\r\n'],
  403: ['Forbidden', 'Caller is not authorized to perform action on resource.', 'ForbiddenByRbac'],
  404: ['SecretNotFound', 'The secret was not found in this key vault.'],
  409: ['Conflict', 'The secret is in a state that does not allow this.', 'ObjectIsDeletedButRecoverable'],
  429: ['Throttled', 'Request was not processed because too many requests were received.'],
  503: ['ServiceUnavailable', 'The service is unavailable.'],
};

/** What a fault answers where it gives no body of its own; a given code is the inner one, which tells more. */
export function vaultFault(status: number, given: string | undefined): Reply {
  if (status < 400) return { status };
  if (status === 401)
    return unauthorized('AKV10046: Unable to resolve the key used for signature validation.');
  const [code, message, inner] = usual[status] ?? ['InternalServerError', 'The request failed.'];
  return vaultError(status, code, message, given ?? inner);
}
