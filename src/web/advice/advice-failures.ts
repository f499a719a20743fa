import type { Advice } from './advice.ts';

/** Why a rotation failed or waits, in codes of this app. Those of Azure are in the core, with all that follows from them. */
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
    todo: 'Wait: it is tried again, and then announced in any case, without a word of whether it works. If it goes on, check AZURE_MAPS_ENDPOINT and the app’s network, or switch ROTATION_VERIFY off.',
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
    meaning:
      'The app’s managed identity got no token. The message beside it has what the identity endpoint answered.',
    todo: 'Do what the message says: each answer of the identity endpoint has another cause. docs/operate.md has all of them.',
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
};
