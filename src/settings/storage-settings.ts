import type { Failure } from '../core/failure.ts';
import { invalidConfiguration } from '../core/failure.ts';
import type { Get, Wrong } from './setting-readers.ts';
import { readUrl } from './setting-readers.ts';

/** How the Functions storage account is reached: a connection string locally, service URIs and an identity in Azure. */
export type StorageSettings =
  | { readonly kind: 'connection-string'; readonly connectionString: string }
  | {
      readonly kind: 'identity';
      readonly queueServiceUri: string;
      readonly tableServiceUri: string;
    };

export function readStorage(get: Get, wrong: Wrong): StorageSettings {
  const connectionString = get('AzureWebJobsStorage');
  if (connectionString !== undefined) {
    if (!isConnectionString(connectionString)) {
      wrong(
        'AzureWebJobsStorage',
        'is not the connection string of a storage account (with AccountName and AccountKey, or UseDevelopmentStorage=true).',
        undefined,
      );
    }
    return { kind: 'connection-string', connectionString };
  }
  const accountName = get('AzureWebJobsStorage__accountName');
  const serviceUri = (service: 'queue' | 'table'): string => {
    const name = `AzureWebJobsStorage__${service}ServiceUri`;
    const given = get(name);
    if (given !== undefined) return readUrl('AzureWebJobsStorage', given, wrong, name);
    return accountName === undefined ? '' : `https://${accountName}.${service}.core.windows.net`;
  };
  const [queueServiceUri, tableServiceUri] = [serviceUri('queue'), serviceUri('table')];
  const isMissing =
    accountName === undefined &&
    (['queue', 'table'] as const).some(
      (service) => get(`AzureWebJobsStorage__${service}ServiceUri`) === undefined,
    );
  if (isMissing || (accountName !== undefined && !/^[a-z0-9]{3,24}$/.test(accountName))) {
    wrong(
      'AzureWebJobsStorage',
      'is missing or wrong: it must be a connection string, or AzureWebJobsStorage__accountName (3 to 24 lower-case letters and digits), or both AzureWebJobsStorage__queueServiceUri and AzureWebJobsStorage__tableServiceUri.',
      undefined,
    );
  }
  return { kind: 'identity', queueServiceUri, tableServiceUri };
}

/** Where the Azure SDK makes nothing of a connection string that looks like one. */
export function unusableStorage(): Failure {
  return invalidConfiguration(
    'AzureWebJobsStorage',
    'is no connection string that the Azure SDK can use: it needs DefaultEndpointsProtocol, AccountName, AccountKey and EndpointSuffix, or the endpoints.',
  );
}

function isConnectionString(text: string): boolean {
  if (/^UseDevelopmentStorage=true\b/i.test(text)) return true;
  return /(^|;)\s*AccountName=[^;]+/i.test(text) && /(^|;)\s*AccountKey=[A-Za-z0-9+/=]+/i.test(text);
}
