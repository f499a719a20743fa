import { APPLIES_LATE, NEEDS_ROLE, NETWORK_REFUSES, PASSES, STAYS, THROTTLED } from './presets.ts';
import type { ServiceCodes } from './types.ts';

/**
 * Codes of Key Vault; where it gives an inner one, that one.
 * https://learn.microsoft.com/azure/key-vault/general/rest-error-codes
 */
export const KEY_VAULT_CODES = {
  ForbiddenByRbac: {
    ...APPLIES_LATE,
    ...NEEDS_ROLE,
    status: 403,
    title: 'Vault refuses the app',
  },
  ForbiddenByPolicy: {
    ...APPLIES_LATE,
    status: 403,
    title: 'Access policy refuses the app',
    meaning: 'The vault goes by access policies, and none lets the app’s identity do this at {scope}.',
    todo: 'Add an access policy for the identity with the secret permissions List, Set and Get, or switch the vault to Azure RBAC and assign Key Vault Secrets Officer.',
  },
  AccessDenied: {
    ...APPLIES_LATE,
    status: 403,
    title: 'Access policy refuses the app',
    meaning: 'The vault goes by access policies, and none lets the app’s identity do this at {scope}.',
    todo: 'Add an access policy for the identity with the secret permissions List, Set and Get, or switch the vault to Azure RBAC and assign Key Vault Secrets Officer.',
  },
  ForbiddenByFirewall: { ...APPLIES_LATE, ...NETWORK_REFUSES, status: 403 },
  ForbiddenByConnection: {
    ...APPLIES_LATE,
    ...NETWORK_REFUSES,
    status: 403,
    meaning:
      'The vault takes no connection from public networks, and the app’s does not come by a private endpoint; it is no matter of roles.',
    todo: 'Give the vault a private endpoint that the app’s network resolves (privatelink DNS) for {scope}, or allow public access from the app’s network.',
  },
  Forbidden: {
    ...APPLIES_LATE,
    ...NEEDS_ROLE,
    status: 403,
  },
  SecretDisabled: {
    ...STAYS,
    status: 403,
    title: 'Secret disabled',
    meaning: 'The secret is disabled, so nothing can be done with it.',
    todo: 'Enable the secret in the vault.',
  },
  SecretNotFound: {
    ...STAYS,
    status: 404,
    title: 'Secret not found',
    meaning: 'The vault has no such secret, or no such version of it.',
    todo: 'Nothing at first: the app writes it with the next key. If it stays, check KEY_VAULT_URI.',
  },
  VaultNotFound: {
    ...STAYS,
    status: 404,
    title: 'Vault not found',
    meaning: 'There is no such thing at {scope}.',
    todo: 'Check the setting KEY_VAULT_URI, and whether the vault was deleted.',
  },
  ObjectIsDeletedButRecoverable: {
    ...APPLIES_LATE,
    status: 409,
    title: 'Secret was deleted',
    meaning: 'Somebody deleted a Key Vault secret of the account, so no new key can be stored.',
    todo: 'Somebody has to recover or purge the deleted secret in the vault, which the app itself may not do. Before a key was regenerated, none is; after that, its event waits. The app goes on by itself; an order has to be sent again.',
  },
  ObjectIsBeingDeleted: {
    ...APPLIES_LATE,
    status: 409,
    title: 'Secret is being deleted',
    meaning:
      'Somebody is deleting or purging a Key Vault secret of the account, so no new key can be stored.',
    todo: 'Wait until that is done; a secret that was deleted and not purged has to be recovered. The app goes on by itself; an order has to be sent again.',
  },
  ObjectIsBeingRecovered: {
    ...PASSES,
    status: 409,
    title: 'Secret is being recovered',
    meaning: 'A Key Vault secret of the account is being recovered, which takes a moment.',
    todo: 'Wait: the app goes on by itself; an order has to be sent again.',
  },
  BadParameter: {
    ...STAYS,
    status: 400,
    carriedOut: 'unknown',
    title: 'Secret refused',
    meaning: 'Key Vault does not take the secret as the app writes it.',
    todo: 'Report it. Until then, deploy without the vault where the event can’t wait.',
  },
  Throttled: { ...PASSES, ...THROTTLED, status: 429 },
} as const satisfies ServiceCodes;
