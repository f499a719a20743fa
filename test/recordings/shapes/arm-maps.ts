import { ACCOUNT, ACCOUNT_ID, GROUP, type Recording, SUBSCRIPTION } from '../recording.ts';

const POWERSHELL = 'Azure/azure-powershell src/Maps/Maps.Autorest/test';
const ASSETS = 'Azure/azure-sdk-assets net/sdk/maps/Azure.ResourceManager.Maps/tests/SessionRecords';
const JS_ASSETS = 'Azure/azure-sdk-assets js/sdk/maps/arm-maps/recordings/node/maps_test';
const CLI = 'Azure/azure-cli src/azure-cli/azure/cli/command_modules/maps/tests/latest/recordings';

const VERSION = 'api-version=2023-06-01';
const CORRELATION = '6b2f8f0e-53f1-4a2c-8a51-0d6c5b2f9a11';
const TRACE = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

/** In every recording since 2018, of this version of the API and of others. `X-Cache` and `X-MSEdge-Ref` are the front door's. */
const ALWAYS = {
  'cache-control': 'no-cache',
  pragma: 'no-cache',
  expires: '-1',
  date: 'Mon, 05 Oct 2026 09:14:47 GMT',
  'content-type': 'application/json; charset=utf-8',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-ms-correlation-request-id': CORRELATION,
  'x-ms-routing-request-id': `EASTUS:20261005T091447Z:${CORRELATION}`,
};

const READ = {
  ...ALWAYS,
  'x-ms-request-id': TRACE,
  'x-ms-ratelimit-remaining-subscription-reads': '249',
  'x-ms-ratelimit-remaining-subscription-global-reads': '3749',
};

const LIST = { ...READ, 'x-ms-request-id': CORRELATION };

/** Both POSTs count as writes. There is no Location, no Retry-After, nothing that goes on after the answer. */
const WRITE = {
  ...ALWAYS,
  'x-ms-request-id': TRACE,
  'x-ms-operation-identifier': `tenantId=9a1c7a3e-52a7-4c0c-9d60-3f8a4d2b7e55,objectId=1f6f2d5c-7f0b-4b8e-8a53-0c9d8e7f6a54/eastus/${CORRELATION}`,
  'x-ms-ratelimit-remaining-subscription-writes': '199',
  'x-ms-ratelimit-remaining-subscription-global-writes': '2999',
};

/** Keys are masked in recordings. Their length is to be had of the length of the answer: 84 since 2025, 43 before. */
const key = (letter: string) => `Recorded${letter.repeat(76)}`;

const MADE = {
  createdBy: 'somebody@example.com',
  createdByType: 'User',
  createdAt: '2026-10-05T09:14:47.2410936Z',
  lastModifiedBy: 'somebody@example.com',
  lastModifiedByType: 'User',
  lastModifiedAt: '2026-10-05T09:14:47.2410936Z',
};

const RESOURCE = {
  kind: 'Gen2',
  type: 'Microsoft.Maps/accounts',
  sku: { name: 'G2', tier: 'Standard' },
  properties: {
    uniqueId: '0c0ffee0-0001-4000-8000-00000000aa01',
    provisioningState: 'Succeeded',
    disableLocalAuth: false,
  },
  systemData: MADE,
  id: ACCOUNT_ID,
  name: ACCOUNT,
  location: 'eastus',
};

/** The account's time is before those of its keys, and the secondary key's is 54 µs after the primary's. */
export const KEYS_OF_NEW_ACCOUNT: Recording = {
  sources: [`${ASSETS}/MapsAccountTests/MapsAccountRegenerateKeyTest.json`],
  method: 'POST',
  path: `${ACCOUNT_ID}/listKeys?${VERSION}`,
  status: 200,
  headers: WRITE,
  body: {
    primaryKey: key('a'),
    secondaryKey: key('b'),
    primaryKeyLastUpdated: '2026-10-05T09:14:47.3184017Z',
    secondaryKeyLastUpdated: '2026-10-05T09:14:47.3184561Z',
  },
};

/** Up to 2021 both keys of a new account were of one time. */
export const KEYS_OF_OLD_ACCOUNT: Recording = {
  ...KEYS_OF_NEW_ACCOUNT,
  sources: [
    `${CLI}/test_create_maps_account.yaml`,
    'Azure/azure-powershell src/Maps/test/New-AzMapsAccountKey.Recording.json',
  ],
  guess: 'The headers: of that time only those of the bucket were recorded otherwise.',
  body: {
    primaryKey: `${'c'.repeat(20)}-_${'c'.repeat(21)}`,
    secondaryKey: `${'d'.repeat(20)}-_${'d'.repeat(21)}`,
    primaryKeyLastUpdated: '2021-02-03T04:05:06.070809Z',
    secondaryKeyLastUpdated: '2021-02-03T04:05:06.070809Z',
  },
};

/** Its own time alone is new, and lies after the answer's `Date`; the zero at its end is cut off. */
export const REGENERATED: Recording = {
  sources: [
    `${ASSETS}/MapsAccountTests/MapsAccountRegenerateKeyTest.json`,
    `${POWERSHELL}/New-AzMapsAccountKey.Recording.json`,
    'Azure/azure-powershell src/Maps/test/New-AzMapsAccountKey.Recording.json',
  ],
  method: 'POST',
  path: `${ACCOUNT_ID}/regenerateKey?${VERSION}`,
  status: 200,
  headers: WRITE,
  body: {
    primaryKey: key('a'),
    secondaryKey: key('e'),
    primaryKeyLastUpdated: '2026-10-05T09:14:47.3184017Z',
    secondaryKeyLastUpdated: '2026-10-05T09:14:48.196052Z',
  },
};

export const NEW_ACCOUNT: Recording = {
  sources: [
    `${ASSETS}/MapsAccountTests/MapsAccountRegenerateKeyTest.json`,
    `${JS_ASSETS}/recording_accounts_get_test.json`,
  ],
  guess:
    'The second shows a GET while it is Updating, with what an account with linked resources has besides.',
  method: 'GET',
  path: `${ACCOUNT_ID}?${VERSION}`,
  status: 200,
  headers: READ,
  body: {
    ...RESOURCE,
    properties: { ...RESOURCE.properties, provisioningState: 'Updating' },
    tags: { 'key-rotation': 'enabled' },
  },
};

/** The account's last change is 0.23 s before the time of the key that was regenerated. */
export const CHANGED_ACCOUNT: Recording = {
  sources: [`${POWERSHELL}/New-AzMapsAccountKey.Recording.json`],
  method: 'GET',
  path: `${ACCOUNT_ID}?${VERSION}`,
  status: 200,
  headers: READ,
  body: { ...RESOURCE, systemData: { ...MADE, lastModifiedAt: '2026-10-05T09:14:47.966052Z' } },
};

/** Of before 2021: nobody is known to have made it. */
const OLD_RESOURCE = {
  ...RESOURCE,
  properties: { ...RESOURCE.properties, uniqueId: '0c0ffee0-0002-4000-8000-00000000aa02' },
  systemData: {
    lastModifiedBy: 'system',
    lastModifiedByType: 'Application',
    lastModifiedAt: '2021-01-09T10:11:12.1314151Z',
  },
  id: ACCOUNT_ID.replace(ACCOUNT, 'Maps2'),
  name: 'Maps2',
  location: 'global',
};

const FAILED_RESOURCE = {
  ...RESOURCE,
  properties: { ...RESOURCE.properties, provisioningState: 'Failed' },
  id: ACCOUNT_ID.replace(ACCOUNT, 'Maps3'),
  name: 'Maps3',
};

/** All of a subscription in one page without a nextLink: one was of 777,647 bytes. Ids are canonical. */
export const ONE_PAGE: Recording = {
  sources: [
    `${ASSETS}/MapsAccountTests/MapsAccountListBySubscriptionTest.json`,
    `${POWERSHELL}/Get-AzMapsAccount.Recording.json`,
  ],
  method: 'GET',
  path: `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Maps/accounts?${VERSION}`,
  status: 200,
  headers: LIST,
  body: { value: [RESOURCE, OLD_RESOURCE, FAILED_RESOURCE] },
};

export const EMPTY_GROUP: Recording = {
  sources: [`${JS_ASSETS}/recording_accounts_delete_test.json`],
  method: 'GET',
  path: `/subscriptions/${SUBSCRIPTION}/resourceGroups/${GROUP}/providers/Microsoft.Maps/accounts?${VERSION}`,
  status: 200,
  headers: LIST,
  body: { value: [] },
};

/** ARM names the port in links, although it is 443. */
export const PAGE_WITH_LINK: Recording = {
  ...ONE_PAGE,
  sources: ['https://learn.microsoft.com/rest/api/maps-management/accounts/list-by-subscription'],
  guess: 'No list of Maps accounts was recorded with a link. Those of other resources name :443.',
  body: {
    value: [RESOURCE],
    nextLink: `https://management.azure.com:443/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Maps/accounts?${VERSION}&%24skiptoken=bmV4dA`,
  },
};

export const LAST_PAGE: Recording = {
  ...PAGE_WITH_LINK,
  path: `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Maps/accounts?${VERSION}&%24skiptoken=bmV4dA`,
  body: { value: [OLD_RESOURCE] },
};

const UNRECORDED_HEADERS = 'The headers: they are those of any other answer.';

export const NOT_FOUND: Recording = {
  sources: ['https://aka.ms/ARMResourceNotFoundFix'],
  guess: `Recorded for other resources, not for Maps. ${UNRECORDED_HEADERS}`,
  method: 'GET',
  path: `${ACCOUNT_ID.replace(ACCOUNT, 'none')}?${VERSION}`,
  status: 404,
  headers: ALWAYS,
  body: {
    error: {
      code: 'ResourceNotFound',
      message: `The Resource 'Microsoft.Maps/accounts/none' under resource group '${GROUP}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`,
    },
  },
};

export const THROTTLED: Recording = {
  sources: [
    'https://learn.microsoft.com/troubleshoot/azure/azure-kubernetes/create-upgrade-delete/error-code-subscriptionrequeststhrottled',
    'https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling',
  ],
  guess: `Recorded for other resources, not for Maps. ${UNRECORDED_HEADERS}`,
  method: 'POST',
  path: `${ACCOUNT_ID}/listKeys?${VERSION}`,
  status: 429,
  headers: { ...ALWAYS, 'retry-after': '10' },
  body: {
    error: {
      code: 'SubscriptionRequestsThrottled',
      message: `Number of 'write' requests for subscription '${SUBSCRIPTION}' actor '1f6f2d5c-7f0b-4b8e-8a53-0c9d8e7f6a54' exceeded. Please try again after '10' seconds.`,
    },
  },
};

export const UNAUTHORIZED: Recording = {
  sources: ['https://github.com/MicrosoftDocs/azure-docs/issues/79416'],
  guess: `Recorded for other resources, not for Maps. ${UNRECORDED_HEADERS}`,
  method: 'POST',
  path: `${ACCOUNT_ID}/regenerateKey?${VERSION}`,
  status: 403,
  headers: ALWAYS,
  body: {
    error: {
      code: 'AuthorizationFailed',
      message: `The client '1f6f2d5c-7f0b-4b8e-8a53-0c9d8e7f6a54' with object id '1f6f2d5c-7f0b-4b8e-8a53-0c9d8e7f6a54' does not have authorization to perform action 'Microsoft.Maps/accounts/regenerateKey/action' over scope '${ACCOUNT_ID}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
    },
  },
};

export const DISABLED_SUBSCRIPTION: Recording = {
  sources: ['https://learn.microsoft.com/azure/cost-management-billing/manage/subscription-disabled'],
  guess: `Recorded for other resources, not for Maps. ${UNRECORDED_HEADERS}`,
  method: 'POST',
  path: `${ACCOUNT_ID}/regenerateKey?${VERSION}`,
  status: 409,
  headers: ALWAYS,
  body: {
    error: {
      code: 'ReadOnlyDisabledSubscription',
      message: `The subscription '${SUBSCRIPTION}' is disabled and therefore marked as read only. You cannot perform any write actions on this subscription until it is re-enabled.`,
    },
  },
};

/** On other subscriptions the buckets are larger. */
export const LARGE_BUCKETS: Recording = {
  ...KEYS_OF_NEW_ACCOUNT,
  headers: {
    ...WRITE,
    'x-ms-ratelimit-remaining-subscription-writes': '799',
    'x-ms-ratelimit-remaining-subscription-global-writes': '11999',
  },
};
