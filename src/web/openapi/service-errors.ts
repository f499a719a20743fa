import { fault, nothingRegenerated, withoutTime } from '../../core/failure.ts';
import { ARM_CODES } from '../../core/service-codes/arm.ts';
import { fillIn, refusalMessage } from '../../core/service-codes/index.ts';
import { KEY_VAULT_CODES } from '../../core/service-codes/key-vault.ts';
import type { CodeContext, ServiceCode } from '../../core/service-codes/types.ts';
import { asTold, hasRetryAfter } from '../replies/reply.ts';
import { ACCOUNT_ID } from '../schema/values.ts';
import type { ErrorCase } from './request-errors.ts';

const ARM: CodeContext = {
  service: 'Azure Resource Manager',
  action: 'Microsoft.Maps/accounts/regenerateKey/action',
  scope: ACCOUNT_ID,
};

const VAULT: CodeContext = {
  service: 'Key Vault',
  action: 'Microsoft.KeyVault/vaults/secrets/setSecret/action',
  scope: 'the vault https://kv-maps.vault.azure.net',
};

/** That a secret or the vault has nothing yet keeps no key from being regenerated. */
const { SecretNotFound: _secret, VaultNotFound: _vault, ...REFUSALS } = KEY_VAULT_CODES;

export const ARM_ERRORS = toCases(ARM_CODES, ARM);
export const VAULT_ERRORS = toCases(REFUSALS, VAULT);

export const ARM_ERROR_CODES = Object.keys(ARM_ERRORS) as (keyof typeof ARM_ERRORS)[];
export const VAULT_ERROR_CODES = Object.keys(VAULT_ERRORS) as (keyof typeof VAULT_ERRORS)[];

function toCases<C extends string>(
  codes: Readonly<Record<C, ServiceCode>>,
  about: CodeContext,
): Readonly<Record<C, ErrorCase>> {
  const cases = Object.entries<ServiceCode>(codes).map(([code, meaning]) => [
    code,
    toCase(code, meaning, about),
  ]);
  return Object.fromEntries(cases) as Record<C, ErrorCase>;
}

function toCase(code: string, { status, passes, meaning }: ServiceCode, about: CodeContext): ErrorCase {
  const failure = asTold(fault(status, code, refusalMessage(status, code, about), { passing: passes }));
  const said = fillIn(meaning, { ...about, action: 'for the call', scope: 'the account' });
  return {
    status: failure.status,
    when: `${about.service}: ${said.replace(/\.$/, '')}`,
    ...(withoutTime(failure).status !== failure.status && { orUnavailable: true }),
    message: nothingRegenerated(failure).message,
    ...(hasRetryAfter(failure) && { passing: true }),
  };
}
