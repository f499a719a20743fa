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
