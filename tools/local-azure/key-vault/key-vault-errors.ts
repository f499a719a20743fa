import { principalId, type TokenCheck, tenantId } from '../entra/tokens.ts';
import type { Reply } from '../server/http.ts';

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

/** For some seconds after a deletion, before the secret is among the deleted ones. */
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

/** Recorded for a key of Key Vault; of a secret it is taken to say the same. */
export function secretIsBeingDeleted(): Reply {
  return vaultError(409, 'Conflict', 'Secret is currently being deleted.', 'ObjectIsBeingDeleted');
}

export function secretIsDisabled(): Reply {
  const message = 'Operation get is not allowed on a disabled secret.';
  return vaultError(403, 'Forbidden', message, 'SecretDisabled');
}

const clientId = '0d1ce1e5-0000-4000-8000-000000000001';
const caller = `appid=${clientId};oid=${principalId};iss=https://sts.windows.net/${tenantId}/`;
const vault = 'Vault: local;location=eastus';

/** The refusals that were recorded: the outer code says little, the inner one what it is. */
const refusals: Record<string, (action: string) => Reply> = {
  ForbiddenByRbac: (action) =>
    forbidden(
      'ForbiddenByRbac',
      `Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\nCaller: ${caller}\r\nAction: 'Microsoft.KeyVault/vaults/secrets/${action}/action'\r\nResource: '/subscriptions/${tenantId}/resourcegroups/local/providers/microsoft.keyvault/vaults/local'\r\nAssignment: (not found)\r\nDenyAssignmentId: null\r\nDecisionReason: 'DeniedWithNoValidRBAC' \r\n${vault}\r\n`,
    ),
  ForbiddenByConnection: () =>
    forbidden(
      'ForbiddenByConnection',
      `Public network access is disabled and request is not from a trusted service nor via an approved private link.\r\nCaller: ${caller}\r\n${vault}`,
    ),
  ForbiddenByFirewall: () =>
    forbidden(
      'ForbiddenByFirewall',
      `Client address is not authorized and caller is not a trusted service.\r\nClient address: 203.0.113.7\r\nCaller: ${caller}\r\n${vault}`,
    ),
  ForbiddenByPolicy: () =>
    forbidden(
      'ForbiddenByPolicy',
      `The user, group or application '${caller}' does not have secrets set permission on key vault 'local;location=eastus'. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287`,
    ),
  ObjectIsDeletedButRecoverable: () => secretIsDeleted('local'),
  ObjectIsBeingDeleted: secretIsBeingDeleted,
  SecretDisabled: secretIsDisabled,
};

function forbidden(inner: string, message: string): Reply {
  return vaultError(403, 'Forbidden', message, inner);
}

/** No recording shows these, but for the 404. */
const usual: Record<number, [code: string, message: string]> = {
  400: ['BadParameter', 'Property  has invalid value\r\n'],
  403: ['Forbidden', 'The request is forbidden.'],
  404: ['SecretNotFound', 'The secret was not found in this key vault.'],
  409: ['Conflict', 'The secret is in a state that does not allow this.'],
  429: ['Throttled', 'Request was not processed because too many requests were received.'],
  503: ['ServiceUnavailable', 'The service is unavailable.'],
};

const usualInner: Record<number, string> = { 403: 'ForbiddenByRbac', 409: 'ObjectIsDeletedButRecoverable' };

/** The part of the name of the data action that each operation needs. */
const actions: Record<string, string> = {
  setSecret: 'setSecret',
  getSecret: 'getSecret',
  updateSecret: 'update',
  deleteSecret: 'delete',
};

/** What a fault answers where it gives no body of its own; a given code is the inner one, which tells more. */
export function vaultFault(status: number, given: string | undefined, operation: string): Reply {
  if (status < 400) return { status };
  if (status === 401)
    return unauthorized('AKV10046: Unable to resolve the key used for signature validation.');
  const inner = given ?? usualInner[status];
  const recorded = refusals[inner ?? '']?.(actions[operation] ?? 'readMetadata');
  if (recorded?.status === status) return recorded;
  const [code, message] = usual[status] ?? ['InternalServerError', 'The request failed.'];
  return vaultError(status, code, message, inner);
}
