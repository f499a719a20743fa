import type { Advice } from './advice.ts';

const CHECK_ROLE =
  'Assign the role that the message names to the app’s managed identity (docs/deploy.md has all of them). A role just assigned can take some minutes, for a managed identity up to a day.';

/** Why a rotation failed or waits: failures of this app, and those of Azure Resource Manager that are met most. */
export const FAILURE_ADVICE: Readonly<Record<string, Advice>> = {
  InvalidConfiguration: {
    title: 'Wrong app setting',
    meaning: 'A setting of the app can’t be used, so the app answers nothing and rotates nothing.',
    todo: 'Correct the setting that the message names in the Function App’s environment variables, or deploy again.',
  },
  AccountOutOfScope: {
    title: 'Outside of the scopes',
    meaning: 'The account is in none of the scopes that the app may touch.',
    todo: 'Add its id, resource group or subscription to ROTATION_SCOPES (in infra/: rotationScopes), and deploy.',
  },
  RotationInProgress: {
    title: 'Another rotation is under way',
    meaning: 'One rotation of an account runs at a time.',
    todo: 'Wait for the one that runs: it is shown under rotations. One in doubt is settled by the next request that can read the keys.',
  },
  Superseded: {
    title: 'Overtaken',
    meaning:
      'Something else came first: another request, another person, or new tags. Nothing was regenerated.',
    todo: 'Nothing. Whatever overtook it has an entry of its own.',
  },
  NotCarriedOut: {
    title: 'Azure did not do it',
    meaning:
      'Azure Resource Manager did not carry out the request in the time there was. No key was changed.',
    todo: 'Try again. If it goes on, look at the health of Azure Resource Manager.',
  },
  OutcomeUnknown: {
    title: 'Outcome not known yet',
    meaning:
      'Azure did not say in time whether the key was regenerated. The app is finding out, and tells it if it was.',
    todo: 'Wait a minute and look at the rotation again. Don’t regenerate the other key before that.',
  },
  KeyNotAccepted: {
    title: 'New key not accepted yet',
    meaning: 'Azure Maps refuses the new key. It is tried for about a minute; then the event says so.',
    todo: 'Wait a minute. If it stays refused, try the key yourself, and look at the health of Azure Maps and at the account (disableLocalAuth, network rules).',
  },
  MapsUnavailable: {
    title: 'New key not tried',
    meaning: 'Azure Maps said nothing of use about the new key.',
    todo: 'Wait: it is tried again, and then announced in any case. If it goes on, check AZURE_MAPS_ENDPOINT and the app’s network, or switch ROTATION_VERIFY off.',
  },
  ObjectIsDeletedButRecoverable: {
    title: 'Secret was deleted',
    meaning:
      'Somebody deleted a Key Vault secret of the account, so no new key can be stored. Before a key was regenerated, none is; after that, its event waits.',
    todo: 'Recover the deleted secret in the vault, or purge it. The app goes on by itself; an order has to be sent again.',
  },
  ObjectIsBeingDeleted: {
    title: 'Secret is being deleted',
    meaning:
      'Somebody is deleting or purging a Key Vault secret of the account, so no new key can be stored.',
    todo: 'Wait until that is done; a secret that was deleted and not purged has to be recovered. The app goes on by itself; an order has to be sent again.',
  },
  ForbiddenByRbac: {
    title: 'Vault refuses the app',
    meaning: 'The app’s identity may not store secrets in the Key Vault, so the new key’s event waits.',
    todo: CHECK_ROLE,
  },
  UnexpectedAnswer: {
    title: 'Unreadable answer',
    meaning: 'A service, or a proxy before it, gave an answer that is none of its own.',
    todo: 'Check AZURE_RESOURCE_MANAGER_ENDPOINT and EVENT_GRID_TOPIC_ENDPOINT, and what is between the app and them.',
  },
  Timeout: {
    title: 'No answer in time',
    meaning: 'A service of Azure did not answer in time.',
    todo: 'Wait: the app tries again by itself. If it goes on, check the app’s network and the service’s health.',
  },
  IdentityUnavailable: {
    title: 'No token for the app',
    meaning: 'The app’s managed identity got no token.',
    todo: 'Check that the identity is assigned to the Function App, and that AZURE_CLIENT_ID is its client id.',
  },
  Unreachable: {
    title: 'Service not reached',
    meaning: 'The app could not reach a service of Azure: a wrong name, no connection, or no trust.',
    todo: 'Check the endpoint settings, and the app’s network (DNS, private endpoints, firewall).',
  },
  ReadingUnproved: {
    title: 'Not known whether a key changed',
    meaning:
      'What Azure gave of the keys is older than what is known, or has nothing to compare. Nothing is sent until a reading tells.',
    todo: 'Nothing at first: the keys are read again. If it goes on, compare the account’s keys and their times in the portal.',
  },
  AccountReplaced: {
    title: 'Another account of that name',
    meaning:
      'The account was deleted, and another one was made under its name. What was under way for it has ended.',
    todo: 'Nothing. The new account is treated as one that was never rotated.',
  },
  StateSavedTooSlowly: {
    title: 'Storage was slow',
    meaning:
      'Storage, or the app’s sign-in, took so long that the request could not be sent safely and in time, so it was not. No key was changed.',
    todo: 'Nothing at first: it is tried again. If it goes on, look at the storage account’s metrics.',
  },
  AccountBusy: {
    title: 'Many requests at once',
    meaning: 'Other requests kept changing the state of this account.',
    todo: 'Try again in some seconds, and find out who else asks for it.',
  },
  TooManyEventsPending: {
    title: 'Too many events wait',
    meaning:
      'Event Grid has not accepted the events of 200 rotations of this account, and what is owed has to be remembered until it has. No key was changed.',
    todo: 'Mend what keeps Event Grid from accepting events: the endpoint of the topic, its network, or the role EventGrid Data Sender. They are sent again by themselves, and then orders are taken again. If a key has leaked meanwhile, regenerate it by Azure’s portal or CLI.',
  },
  GivenUp: {
    title: 'Given up',
    meaning: 'The rotation’s message failed too often before anything was sent. No key was changed.',
    todo: 'Read the app’s log for the rotation id, then rotate the account again. The timer does it too.',
  },
  Unknown: {
    title: 'Reason not kept',
    meaning: 'The rotation failed, and its reason was not kept.',
    todo: 'Read the app’s log for the rotation id.',
  },
  StorageUnavailable: {
    title: 'Storage of the app not usable',
    meaning: 'The app could not use its storage account, where its queue and table are.',
    todo: 'Check AzureWebJobsStorage…, and the identity’s roles Storage Queue and Table Data Contributor on that account.',
  },
  InternalError: {
    title: 'Error of the app',
    meaning: 'The request met an error of this app.',
    todo: 'Find the app’s log by the request id, and report it.',
  },
  AuthorizationFailed: {
    title: 'Permission missing',
    meaning: 'The app’s identity may not do this in Azure.',
    todo: CHECK_ROLE,
  },
  Http403: { title: 'Permission missing', meaning: 'Azure refused the app’s identity.', todo: CHECK_ROLE },
  Http401: {
    title: 'Token refused',
    meaning: 'Azure did not take the token of the app’s identity.',
    todo: 'Check AZURE_CLIENT_ID, the identity and the endpoint settings of the cloud.',
  },
  ScopeLocked: {
    title: 'Read-only lock',
    meaning: 'A lock keeps Azure from carrying out the request.',
    todo: 'Remove the read-only lock of the account, its resource group or its subscription.',
  },
  ResourceNotFound: {
    title: 'Account not found',
    meaning: 'Azure knows no such account.',
    todo: 'Check the names. An account that was deleted drops out by itself.',
  },
  ResourceGroupNotFound: {
    title: 'Resource group not found',
    meaning: 'Azure knows no such resource group.',
    todo: 'Check ROTATION_SCOPES: the resource group may have been deleted or renamed.',
  },
  SubscriptionNotFound: {
    title: 'Subscription not found',
    meaning: 'Azure knows no such subscription, or the app’s identity sees nothing of it.',
    todo: 'Check ROTATION_SCOPES, and that the identity has its role on the subscription.',
  },
  ListGoesInCircles: {
    title: 'A list goes in circles',
    meaning:
      'Azure Resource Manager lists the scope in pages, and one of them leads back to an earlier one. The accounts up to there were taken; others may be missing.',
    todo: 'Wait for the next run. If it stays, name the scope to Azure support, and put the resource groups or accounts of the scope into ROTATION_SCOPES one by one: each has a list of its own.',
  },
  ListHasNoEnd: {
    title: 'A list without end',
    meaning:
      'Azure Resource Manager lists the scope in more pages than any list of Azure Maps accounts needs. The accounts up to there were taken; others may be missing.',
    todo: 'Wait for the next run. If it stays, name the scope to Azure support, and put the resource groups or accounts of the scope into ROTATION_SCOPES one by one: each has a list of its own.',
  },
  ListNotFinished: {
    title: 'No time left for a list',
    meaning:
      'Listing the scopes took longer than there is for it, so this one was not listed, or not to its end.',
    todo: 'Look at what the other scopes failed of, if any did. The next run tries it again; if it goes on, look at the health of Azure Resource Manager.',
  },
  TooManyRequests: {
    title: 'Throttled',
    meaning: 'Azure Resource Manager allows so many requests for a subscription, and they were used up.',
    todo: 'Wait: the app paces itself and tries again.',
  },
};
