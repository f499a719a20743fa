/** Of what a call was about, for the message that says what to do. */
export interface CallSite {
  /** Such as `Azure Resource Manager`. */
  readonly service: string;
  /** The permission that the call needs, such as `Microsoft.Maps/accounts/read`. */
  readonly action: string;
  /** Where the permission is needed: an ARM id or an endpoint. */
  readonly scope: string;
  /** Whether the code that says what it is stands in `innererror`, as with Key Vault. */
  readonly hasInnerCodes?: boolean;
  /** Of the identity that was refused, where the service named it. */
  readonly objectId?: string | undefined;
}

/**
 * What to do about an answer, in words of ours: a service's own message can hold anything, even the key that it was
 * sent. Codes that are not here are told by what their status means.
 */
export function advice(status: number, code: string, site: CallSite): string {
  return BY_CODE[code]?.(site) ?? byStatus(status, site);
}

const needsRole = ({ action, scope, objectId }: CallSite) =>
  `The app's identity${objectId === undefined ? '' : ` (object id '${objectId}')`} needs a role with the action ${action} on ${scope}, or on a scope above it. A role just assigned can take a while to apply.`;

const noSuchName = ({ scope }: CallSite) =>
  scope.startsWith('/subscriptions/')
    ? `There is nothing at ${scope}. Check the names of the subscription, the resource group and the account.`
    : `There is no such thing at ${scope}. Check the setting that names it.`;

const identityRefused = () =>
  `The token of the app's own identity was refused; check that identity and the endpoint settings.`;

const tooMany = () => 'Too many requests; try again later.';

const forbiddenNetwork = ({ service, scope }: CallSite) =>
  `A network rule of ${service} keeps the app out: let its network in at ${scope}, or give it a private endpoint.`;

const BY_CODE: Readonly<Record<string, (site: CallSite) => string>> = {
  AuthorizationFailed: needsRole,
  LinkedAuthorizationFailed: needsRole,
  InvalidAuthenticationTokenTenant: () =>
    `The token is of another tenant than the subscription: the app's identity must be in the subscription's own.`,
  InvalidAuthenticationTokenAudience: () =>
    'The token is for another audience: check AZURE_RESOURCE_MANAGER_ENDPOINT.',
  ExpiredAuthenticationToken: () => 'The token is no longer good: a new one is asked for with the next try.',
  ScopeLocked: () => 'Remove the read-only lock of the resource, or of its group or subscription.',
  RequestDisallowedByPolicy: ({ action, scope }) =>
    `An Azure Policy denies ${action} on ${scope}: exempt the account from it, or change the policy.`,
  ReadOnlyDisabledSubscription: () =>
    'The subscription is disabled, so it can only be read: enable it again.',
  MissingSubscriptionRegistration: () =>
    'The subscription is not registered for Azure Maps: register the resource provider Microsoft.Maps in it.',
  ObjectIsDeletedButRecoverable: () =>
    'Somebody deleted the secret: recover or purge it, which the app itself may not do.',
  ObjectIsBeingDeleted: () => 'Somebody is deleting the secret: recover or purge it once that is done.',
  ObjectIsBeingRecovered: () => 'The secret is being recovered; that takes a moment.',
  SecretDisabled: () => 'The secret is disabled: enable it in the vault.',
  ForbiddenByFirewall: forbiddenNetwork,
  ForbiddenByConnection: forbiddenNetwork,
};

function byStatus(status: number, site: CallSite): string {
  if (status === 401) return identityRefused();
  if (status === 403) return needsRole(site);
  if (status === 404) return noSuchName(site);
  if (status === 409) return 'Another change may be under way.';
  if (status === 429) return tooMany();
  if (status >= 500) return 'That is an error on its side.';
  return '';
}
