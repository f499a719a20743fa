import type { Recording } from '../recording.ts';

const ASSETS = 'Azure/azure-sdk-assets net/sdk/keyvault/Azure.Security.KeyVault.Secrets/tests/SessionRecords';
const JS_ASSETS = 'Azure/azure-sdk-assets js/sdk/keyvault/keyvault-secrets/recordings/node';

export const VAULT = 'https://recorded.vault.azure.net';
export const SECRET = 'recorded';
/** In the order of their ids: the second one is the younger. */
export const VERSIONS = ['0123456789abcdef0123456789abcdef', '89abcdef0123456789abcdef01234567'] as const;

const ANY_VERSION = 'api-version=2026-04-01';
const OID = '1f6f2d5c-7f0b-4b8e-8a53-0c9d8e7f6a54';
const CALLER = `appid=0f1e2d3c-4b5a-4968-8776-655443322110;oid=${OID};iss=https://sts.windows.net/9a1c7a3e-52a7-4c0c-9d60-3f8a4d2b7e55/`;

const ALWAYS = {
  'cache-control': 'no-cache',
  pragma: 'no-cache',
  expires: '-1',
  date: 'Mon, 05 Oct 2026 09:14:47 GMT',
  'content-type': 'application/json; charset=utf-8',
  'strict-transport-security': 'max-age=31536000;includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-ms-client-request-id': '6b2f8f0e-53f1-4a2c-8a51-0d6c5b2f9a11',
  'x-ms-keyvault-network-info': 'conn_type=Ipv4;addr=203.0.113.7;act_addr_fam=InterNetwork;',
  'x-ms-keyvault-region': 'eastus',
  'x-ms-keyvault-service-version': '1.9.4000.1',
  'x-ms-request-id': '0c0ffee0-0003-4000-8000-00000000aa03',
};

const ATTRIBUTES = {
  enabled: true,
  created: 1791195287,
  updated: 1791195287,
  recoveryLevel: 'Recoverable+Purgeable',
  recoverableDays: 90,
};

function version(id: string) {
  return { id: `${VAULT}/secrets/${SECRET}/${id}`, attributes: ATTRIBUTES };
}

/** To the first request, which the SDKs send without a token. */
export const CHALLENGE: Recording = {
  sources: [`${ASSETS}/SecretClientLiveTests/GetSecretVersionsNonExisting.json`],
  method: 'GET',
  path: `/secrets/${SECRET}/versions?${ANY_VERSION}`,
  status: 401,
  headers: {
    ...ALWAYS,
    'www-authenticate':
      'Bearer authorization="https://login.microsoftonline.com/9a1c7a3e-52a7-4c0c-9d60-3f8a4d2b7e55", resource="https://vault.azure.net"',
  },
  body: {
    error: { code: 'Unauthorized', message: 'AKV10000: Request is missing a Bearer or PoP token.' },
  },
};

/** 200, not 404. */
export const NO_VERSIONS: Recording = {
  sources: [
    `${ASSETS}/SecretClientLiveTests/GetSecretVersionsNonExisting.json`,
    `${JS_ASSETS}/secret_client__list_secrets_in_various_ways/recording_can_list_secret_versions_non_existing.json`,
  ],
  method: 'GET',
  path: `/secrets/${SECRET}/versions?${ANY_VERSION}`,
  status: 200,
  headers: ALWAYS,
  body: { value: [], nextLink: null },
};

const PAGES = `${JS_ASSETS}/secret_client__list_secrets_in_various_ways/recording_can_retrieve_all_versions_of_a_secret_by_page.json`;

/** Versions come without their values, and without `tags` where they have none. The link names the port. */
export const FIRST_PAGE: Recording = {
  ...NO_VERSIONS,
  sources: [PAGES],
  path: `/secrets/${SECRET}/versions?${ANY_VERSION}&maxresults=1`,
  body: {
    value: [version(VERSIONS[0])],
    nextLink: `${VAULT}:443/secrets/${SECRET}/versions?${ANY_VERSION}&$skiptoken=bmV4dA&maxresults=1`,
  },
};

export const LAST_PAGE: Recording = {
  ...NO_VERSIONS,
  sources: [
    PAGES,
    `${ASSETS}/SecretGeneratedClientLiveTests/GetPropertiesOfSecretVersions_Returns_All_Versions.json`,
  ],
  path: `/secrets/${SECRET}/versions?${ANY_VERSION}&$skiptoken=bmV4dA&maxresults=1`,
  body: { value: [version(VERSIONS[1])], nextLink: null },
};

const STORED = {
  value: 'value',
  id: `${VAULT}/secrets/${SECRET}/${VERSIONS[1]}`,
  contentType: 'text/plain',
  attributes: { ...ATTRIBUTES, exp: 1798971287 },
  tags: { keyType: 'primary' },
};

export const SET: Recording = {
  sources: [`${ASSETS}/SecretClientLiveTests/SetSecretWithExtendedProps.json`],
  method: 'PUT',
  path: `/secrets/${SECRET}?${ANY_VERSION}`,
  status: 200,
  headers: ALWAYS,
  body: STORED,
};

/** Without its value. */
export const UPDATED: Recording = {
  sources: [`${ASSETS}/SecretClientLiveTests/UpdateEnabled.json`],
  guess: 'That a change without a version means the latest one, and that one of nothing is taken.',
  method: 'PATCH',
  path: `/secrets/${SECRET}/?${ANY_VERSION}`,
  status: 200,
  headers: ALWAYS,
  body: { ...version(VERSIONS[1]), tags: { keyType: 'primary', previousVersion: 'none' } },
};

export const NOT_FOUND: Recording = {
  sources: [
    `${JS_ASSETS}/secret_client__create_read_update_and_delete_operations/recording_can_get_a_secret_non_existing.json`,
  ],
  guess: 'Recorded for GET; that PATCH says the same.',
  method: 'PATCH',
  path: `/secrets/${SECRET}/?${ANY_VERSION}`,
  status: 404,
  headers: ALWAYS,
  body: {
    error: {
      code: 'SecretNotFound',
      message: `A secret with (name/id) ${SECRET} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182`,
    },
  },
};

export const NOT_DELETED: Recording = {
  ...NOT_FOUND,
  sources: [`${ASSETS}/SecretClientLiveTests/GetDeletedSecretNonExisting.json`],
  guess: 'Recorded for one that was never there; that it is the same for one that is there.',
  method: 'GET',
  path: `/deletedsecrets/${SECRET}?${ANY_VERSION}`,
};

/** For some four seconds after a deletion. */
export const BEING_DELETED: Recording = {
  ...NOT_DELETED,
  sources: [
    `${ASSETS}/SecretGeneratedClientLiveTests/GetPropertiesOfSecretVersions_Returns_All_Versions.json`,
  ],
  body: { error: { code: 'SecretNotFound', message: `Deleted Secret not found: ${SECRET}` } },
};

export const DELETED: Recording = {
  sources: [`${ASSETS}/SecretClientLiveTests/GetDeletedSecret.json`],
  method: 'GET',
  path: `/deletedsecrets/${SECRET}?${ANY_VERSION}`,
  status: 200,
  headers: ALWAYS,
  body: {
    recoveryId: `${VAULT}/deletedsecrets/${SECRET}`,
    deletedDate: 1791195288,
    scheduledPurgeDate: 1798971288,
    ...version(VERSIONS[1]),
  },
};

function refusal(
  inner: string,
  message: string,
  sources: Recording['sources'],
  more: Partial<Recording> = {},
): Recording {
  const error = { code: 'Forbidden', message, innererror: { code: inner } };
  return { ...SET, status: 403, sources, body: { error }, ...more };
}

export const REFUSALS = {
  ForbiddenByRbac: refusal(
    'ForbiddenByRbac',
    `Caller is not authorized to perform action on resource.\r\nIf role assignments, deny assignments or role definitions were changed recently, please observe propagation time.\r\nCaller: ${CALLER}\r\nAction: 'Microsoft.KeyVault/vaults/secrets/setSecret/action'\r\nResource: '/subscriptions/9a1c7a3e-52a7-4c0c-9d60-3f8a4d2b7e55/resourcegroups/rg/providers/microsoft.keyvault/vaults/recorded'\r\nAssignment: (not found)\r\nDenyAssignmentId: null\r\nDecisionReason: 'DeniedWithNoValidRBAC' \r\nVault: recorded;location=eastus\r\n`,
    ['https://github.com/piyushsachdeva/Terraform_AKS/issues/2'],
  ),
  ForbiddenByConnection: refusal(
    'ForbiddenByConnection',
    `Public network access is disabled and request is not from a trusted service nor via an approved private link.\r\nCaller: ${CALLER}\r\nVault: recorded;location=eastus`,
    ['https://github.com/microsoft/multimodal-ai/issues/171'],
  ),
  ForbiddenByFirewall: refusal(
    'ForbiddenByFirewall',
    `Client address is not authorized and caller is not a trusted service.\r\nClient address: 203.0.113.7\r\nCaller: ${CALLER}\r\nVault: recorded;location=eastus`,
    ['https://github.com/microsoft/AzureTRE/issues/3789'],
  ),
  ForbiddenByPolicy: refusal(
    'ForbiddenByPolicy',
    `The user, group or application '${CALLER}' does not have secrets set permission on key vault 'recorded;location=eastus'. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287`,
    ['Azure/azure-sdk-for-js sdk/keyvault/keyvault-keys/recordings'],
    { guess: 'Recorded in these words for purge, in others for keys.' },
  ),
} as const;

export const NAME_TAKEN: Recording = {
  ...SET,
  sources: ['https://learn.microsoft.com/azure/key-vault/general/key-vault-recovery'],
  guess: 'The words, which several threads show; the code is in the samples of the SDKs.',
  status: 409,
  body: {
    error: {
      code: 'Conflict',
      message: `Secret ${SECRET} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`,
      innererror: { code: 'ObjectIsDeletedButRecoverable' },
    },
  },
};

export const NAME_BEING_DELETED: Recording = {
  ...SET,
  sources: ['Azure/azure-sdk-for-js sdk/keyvault/keyvault-keys/recordings'],
  guess: 'Recorded for a key and for DELETE; that a secret and PUT say the same.',
  status: 409,
  body: {
    error: {
      code: 'Conflict',
      message: 'Secret is currently being deleted.',
      innererror: { code: 'ObjectIsBeingDeleted' },
    },
  },
};
