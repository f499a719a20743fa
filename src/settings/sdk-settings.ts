import type { Failure } from '../core/failure.ts';
import { invalidConfiguration } from '../core/failure.ts';
import type { Environment } from './settings.ts';

/**
 * What is wrong with settings that the Azure SDKs read themselves: they throw at them without a name. No value is shown,
 * since a proxy's address can hold a password.
 */
export function sdkFaults(environment: Environment, isInAzure: boolean): Failure[] {
  const faults: Failure[] = [];
  const proxy = PROXIES.flatMap((name) => [name, name.toLowerCase()]).find((name) => environment[name]);
  if (proxy !== undefined && !/^https?:$/.test(protocolOf(environment[proxy]))) {
    faults.push(
      invalidConfiguration(proxy, 'has a wrong value: it must be the http or https URL of a proxy.'),
    );
  }
  const authority = environment.AZURE_AUTHORITY_HOST;
  if (authority && !(authority.startsWith('https:') && URL.canParse(authority))) {
    faults.push(invalidConfiguration('AZURE_AUTHORITY_HOST', 'has a wrong value: it must be an https URL.'));
  }
  const credentials = environment.AZURE_TOKEN_CREDENTIALS?.trim().toLowerCase();
  // A managed identity, which the app has in Azure, does not look at it.
  if (credentials && !isInAzure && !CREDENTIALS.has(credentials)) {
    const problem = 'has a wrong value: it must be prod, dev, or the name of a credential of the Azure SDK.';
    faults.push(invalidConfiguration('AZURE_TOKEN_CREDENTIALS', problem));
  }
  return faults;
}

/** In the order in which the SDKs look for them. */
const PROXIES = ['HTTPS_PROXY', 'ALL_PROXY', 'HTTP_PROXY'];

const CREDENTIALS = new Set([
  ...['prod', 'dev', 'environmentcredential', 'workloadidentitycredential', 'managedidentitycredential'],
  ...['visualstudiocodecredential', 'azureclicredential', 'azurepowershellcredential'],
  'azuredeveloperclicredential',
]);

function protocolOf(text: string | undefined): string {
  return text !== undefined && URL.canParse(text) ? new URL(text).protocol : '';
}
