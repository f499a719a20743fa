import type { TokenCredential } from '@azure/identity';
import { AzureMonitorMetricExporter, AzureMonitorTraceExporter } from '@azure/monitor-opentelemetry-exporter';
import type { Exporters } from './open-telemetry.ts';

export interface AzureMonitorOptions {
  readonly connectionString: string;
  /** Absent where the connection string alone opens the resource. */
  readonly credential?: TokenCredential;
}

/** Application Insights. What can't be sent is dropped: an instance's disk outlives nothing. */
export function createAzureMonitorExporters({
  connectionString,
  credential,
}: AzureMonitorOptions): Exporters {
  // The exporter would report to its makers how it fares.
  process.env.APPLICATION_INSIGHTS_NO_STATSBEAT ??= 'true';
  const options = {
    connectionString,
    disableOfflineStorage: true,
    ...(credential !== undefined && { credential }),
  };
  return {
    spans: new AzureMonitorTraceExporter(options),
    metrics: new AzureMonitorMetricExporter(options),
  };
}
