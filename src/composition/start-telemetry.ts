import { randomUUID } from 'node:crypto';
import { createCredential } from '../adapters/identity/credential.ts';
import { createOpenTelemetry } from '../adapters/telemetry/open-telemetry.ts';
import type { Recorder } from '../app/ports/telemetry.ts';
import { TIMINGS } from '../core/rotation/timings.ts';
import type { Environment } from '../settings/settings.ts';
import type { TelemetrySettings } from '../settings/telemetry-settings.ts';

/** All of OpenTelemetry comes with this file, which nothing loads where telemetry is off. */
export async function startTelemetry(
  settings: TelemetrySettings,
  environment: Environment,
): Promise<Recorder> {
  const exporters = await Promise.all([
    ...(settings.otlp
      ? [import('../adapters/telemetry/otlp.ts').then((otlp) => otlp.createOtlpExporters())]
      : []),
    ...(settings.azureMonitor ? [createAzureMonitor(settings.azureMonitor, environment)] : []),
  ]);
  const { WEBSITE_SITE_NAME = 'maps-key-rotation', WEBSITE_INSTANCE_ID = randomUUID() } = environment;
  return createOpenTelemetry({
    exporters,
    resource: {
      'service.name': WEBSITE_SITE_NAME,
      // Instances have several workers, and what they count is added up.
      'service.instance.id': `${WEBSITE_INSTANCE_ID}-${process.pid}`,
      'cloud.provider': 'azure',
      'cloud.platform': 'azure_functions',
    },
    samplerIsSet: Boolean(environment.OTEL_TRACES_SAMPLER),
  });
}

async function createAzureMonitor(
  { connectionString, entra }: NonNullable<TelemetrySettings['azureMonitor']>,
  { IDENTITY_ENDPOINT, AZURE_RESOURCE_MANAGER_ENDPOINT }: Environment,
) {
  const { createAzureMonitorExporters } = await import('../adapters/telemetry/azure-monitor.ts');
  if (entra === undefined) return createAzureMonitorExporters({ connectionString });
  const credential = createCredential(
    {
      ...entra,
      isInAzure: Boolean(IDENTITY_ENDPOINT),
      resourceManagerEndpoint: AZURE_RESOURCE_MANAGER_ENDPOINT || 'https://management.azure.com',
    },
    TIMINGS.callTimeout,
  );
  return createAzureMonitorExporters({ connectionString, credential });
}
