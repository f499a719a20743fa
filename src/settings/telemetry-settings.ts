import type { Failure } from '../core/failure.ts';
import { invalidConfiguration } from '../core/failure.ts';
import type { Environment } from './settings.ts';

/** Where traces and metrics are sent. */
export interface TelemetrySettings {
  readonly otlp: boolean;
  readonly azureMonitor?: {
    readonly connectionString: string;
    /** By Entra ID: the client id of a user-assigned identity, or none of the app's own. */
    readonly entra?: { readonly clientId?: string };
  };
}

/**
 * Undefined where telemetry is off, as it is until somebody switches it on: by the standard variables for a collector of
 * OTLP, or by `telemetryMode` of the host, for the Application Insights that the host itself reports to.
 */
export function readTelemetrySettings(environment: Environment): TelemetrySettings | undefined {
  const get = (name: string): string => environment[name]?.trim() ?? '';
  if (get('OTEL_SDK_DISABLED').toLowerCase() === 'true') return undefined;
  const otlp = OTLP_ENDPOINTS.some((name) => get(name) !== '');
  const connectionString = get('APPLICATIONINSIGHTS_CONNECTION_STRING');
  const mode = get('AzureFunctionsJobHost__telemetryMode').toLowerCase();
  if (mode === 'opentelemetry' && connectionString !== '') {
    const entra = readEntra(get('APPLICATIONINSIGHTS_AUTHENTICATION_STRING'));
    return { otlp, azureMonitor: { connectionString, ...(entra && { entra }) } };
  }
  return otlp ? { otlp } : undefined;
}

/** What is wrong with where telemetry is to be sent. It stops nothing but telemetry, so it would be seen by nobody. */
export function telemetryFaults(environment: Environment): Failure[] {
  const settings = readTelemetrySettings(environment);
  if (settings === undefined) return [];
  const endpoints = OTLP_ENDPOINTS.filter((name) => !isCollector(environment[name]?.trim() ?? ''));
  const faults = endpoints.map((name) =>
    invalidConfiguration(name, 'has a wrong value: it must be the http or https URL of a collector.'),
  );
  if (settings.azureMonitor === undefined || isConnectionString(settings.azureMonitor.connectionString))
    return faults;
  const problem = 'is no connection string of an Application Insights: it needs InstrumentationKey=<GUID>.';
  return [...faults, invalidConfiguration('APPLICATIONINSIGHTS_CONNECTION_STRING', problem)];
}

function isCollector(endpoint: string): boolean {
  return endpoint === '' || (URL.canParse(endpoint) && /^https?:$/.test(new URL(endpoint).protocol));
}

function isConnectionString(text: string): boolean {
  const [, endpoint] = /(?:^|;)\s*IngestionEndpoint\s*=([^;]*)/i.exec(text) ?? [];
  const hasKey = /(^|;)\s*InstrumentationKey\s*=\s*[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\s*(;|$)/i.test(
    text,
  );
  return hasKey && (endpoint === undefined || isCollector(endpoint.trim()));
}

const OTLP_ENDPOINTS = [
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
];

/** As the host reads it: https://learn.microsoft.com/azure/azure-functions/functions-app-settings#applicationinsights_authentication_string */
function readEntra(text: string): { clientId?: string } | undefined {
  if (!/(^|;)\s*Authorization\s*=\s*AAD\s*(;|$)/i.test(text)) return undefined;
  const [, clientId] = /(?:^|;)\s*ClientId\s*=\s*([0-9a-f-]{36})\s*(?:;|$)/i.exec(text) ?? [];
  return clientId === undefined ? {} : { clientId };
}
