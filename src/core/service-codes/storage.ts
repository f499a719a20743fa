import { APPLIES_LATE, IN_TROUBLE, NETWORK_REFUSES, PASSES, STAYS } from './presets.ts';
import type { ServiceCodes } from './types.ts';

const ROLES =
  'Give the app’s identity the roles Storage Queue and Table Data Contributor on the storage account of the app. A role just assigned can take some minutes.';

const GONE = {
  title: 'Table or queue missing',
  meaning: 'The table or the queue of the app is not there: the storage account is new, or it was deleted.',
  todo: 'Nothing: the app makes it. If it was there before, see docs/restore.md.',
} as const;

/**
 * Codes of the Table and the Queue service. They are in the log beside `StorageUnavailable`.
 * https://learn.microsoft.com/rest/api/storageservices/table-service-error-codes
 * https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes
 */
export const STORAGE_CODES = {
  AuthorizationPermissionMismatch: {
    ...APPLIES_LATE,
    status: 403,
    title: 'Role on the storage account missing',
    meaning: 'The app’s identity may not use the table or the queue.',
    todo: ROLES,
  },
  InsufficientAccountPermissions: {
    ...APPLIES_LATE,
    status: 403,
    title: 'Role on the storage account missing',
    meaning: 'The app’s identity may not use the table or the queue.',
    todo: ROLES,
  },
  AuthorizationFailure: {
    ...APPLIES_LATE,
    ...NETWORK_REFUSES,
    status: 403,
    meaning: 'The storage account refuses the app, mostly by its firewall, and seldom for a role.',
    todo: `Let the app’s network in at the storage account, or give that private endpoints for queue and table. ${ROLES}`,
  },
  KeyBasedAuthenticationNotPermitted: {
    ...STAYS,
    status: 403,
    title: 'Account keys switched off',
    meaning:
      'The storage account takes no account keys, and AzureWebJobsStorage is a connection string with one.',
    todo: 'Deploy with identity-based settings (AzureWebJobsStorage__accountName), as infra/ does.',
  },
  AccountIsDisabled: {
    ...STAYS,
    status: 403,
    title: 'Storage account disabled',
    meaning: 'The storage account of the app is disabled.',
    todo: 'Enable it again; mostly its subscription was disabled.',
  },
  TableNotFound: { ...PASSES, ...GONE, status: 404 },
  QueueNotFound: { ...PASSES, ...GONE, status: 404 },
  TableBeingDeleted: { ...PASSES, ...GONE, status: 409 },
  QueueBeingDeleted: { ...PASSES, ...GONE, status: 409 },
  UpdateConditionNotSatisfied: {
    ...PASSES,
    status: 412,
    title: 'Another writer was faster',
    meaning:
      'Another writer changed the row first, which is how drivers of one rotation keep out of each other’s way.',
    todo: 'Nothing: what is known is looked at again.',
  },
  ServerBusy: {
    ...IN_TROUBLE,
    status: 503,
    title: 'Storage is busy',
    meaning: 'The storage account gets more requests than it serves, or is being moved.',
    todo: 'Wait: the app tries again by itself. If it goes on, look at the metrics of the storage account.',
  },
  OperationTimedOut: {
    ...IN_TROUBLE,
    status: 500,
    title: 'Storage was too slow',
    meaning: 'The storage account did not carry the call out in time.',
    todo: 'Wait: the app tries again by itself. If it goes on, look at the metrics of the storage account.',
  },
} as const satisfies ServiceCodes;
