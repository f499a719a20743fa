import type { TableClient } from '@azure/data-tables';
import { RestError } from '@azure/data-tables';

/** Calls the table, and makes it where it is not there yet: a new storage account has none. */
export async function onTable<T>(client: TableClient, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (codeOf(error) !== 'TableNotFound') throw error;
    await client.createTable();
    return call();
  }
}

/** Whether a write lost against another one. Its own repetition by the SDK looks the same. */
export function isLostRace(error: unknown): boolean {
  if (!(error instanceof RestError)) return false;
  return error.statusCode === 409 || error.statusCode === 412 || error.statusCode === 404;
}

/** A row, or undefined where there is none, and the Table service's clock in milliseconds since 1970. */
export async function getRow<T extends object>(
  client: TableClient,
  partitionKey: string,
  rowKey: string,
): Promise<{
  entity: (T & { etag: string; timestamp?: string; rowKey?: string }) | undefined;
  serviceTime: number;
}> {
  let serviceTime = Number.NaN;
  try {
    const entity = await client.getEntity<T>(partitionKey, rowKey, {
      onResponse: (response) => {
        serviceTime = Date.parse(response.headers.get('date') ?? '');
      },
    });
    return { entity, serviceTime };
  } catch (error) {
    if (!(error instanceof RestError) || error.statusCode !== 404) throw error;
    return { entity: undefined, serviceTime };
  }
}

/** Whether the table is not there yet: nothing was ever written. */
export function isMissingTable(error: unknown): boolean {
  return codeOf(error) === 'TableNotFound';
}

function codeOf(error: unknown): string | undefined {
  return error instanceof RestError ? (error.code ?? odataCode(error)) : undefined;
}

function odataCode({ details }: RestError): string | undefined {
  const body = details as { odataError?: { code?: string } } | undefined;
  return body?.odataError?.code;
}
