import { describe, expect, test } from 'vitest';
import { readTelemetrySettings } from '../../src/telemetry-settings.ts';

const CONNECTION = 'InstrumentationKey=11111111-1111-1111-1111-111111111111';
const HOST = {
  AzureFunctionsJobHost__telemetryMode: 'OpenTelemetry',
  APPLICATIONINSIGHTS_CONNECTION_STRING: CONNECTION,
};
const CLIENT = '66666666-6666-6666-6666-666666666666';

describe('telemetry is off', () => {
  test.each([
    ['by default', {}],
    [
      'where the host alone reports to Application Insights',
      { APPLICATIONINSIGHTS_CONNECTION_STRING: CONNECTION },
    ],
    ['in another mode', { ...HOST, AzureFunctionsJobHost__telemetryMode: 'ApplicationInsights' }],
    ['with nowhere to send to', { AzureFunctionsJobHost__telemetryMode: 'OpenTelemetry' }],
    ['with an empty address', { OTEL_EXPORTER_OTLP_ENDPOINT: ' ' }],
    [
      'where it is disabled',
      { ...HOST, OTEL_EXPORTER_OTLP_ENDPOINT: 'https://c', OTEL_SDK_DISABLED: 'TRUE' },
    ],
  ])('%s', (_, environment) => {
    expect(readTelemetrySettings(environment)).toBeUndefined();
  });
});

test.each([
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT',
])('%s sends to a collector', (name) => {
  expect(readTelemetrySettings({ [name]: 'https://collector' })).toEqual({ otlp: true });
});

test.each([
  ['', undefined],
  ['Authorization=AAD', {}],
  [`ClientId=${CLIENT};Authorization=AAD`, { clientId: CLIENT }],
  [` authorization = aad ; clientid = ${CLIENT}`, { clientId: CLIENT }],
  ['Authorization=Basic', undefined],
])('the mode OpenTelemetry sends to Application Insights too, with authentication %j', (text, entra) => {
  const settings = readTelemetrySettings({ ...HOST, APPLICATIONINSIGHTS_AUTHENTICATION_STRING: text });

  expect(settings).toEqual({
    otlp: false,
    azureMonitor: { connectionString: CONNECTION, ...(entra && { entra }) },
  });
});
