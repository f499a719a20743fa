import { describe, expect, test } from 'vitest';
import { readTelemetrySettings, telemetryFaults } from '../../src/settings/telemetry-settings.ts';

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

describe('where it can be sent nowhere', () => {
  const APPLICATION_INSIGHTS = 'APPLICATIONINSIGHTS_CONNECTION_STRING';

  test.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, ['OTEL_EXPORTER_OTLP_ENDPOINT']],
    [
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: '%%', OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'ftp://a' },
      ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT'],
    ],
    [{ ...HOST, [APPLICATION_INSIGHTS]: 'x' }, [APPLICATION_INSIGHTS]],
    [{ ...HOST, [APPLICATION_INSIGHTS]: 'InstrumentationKey=1' }, [APPLICATION_INSIGHTS]],
    [{ ...HOST, [APPLICATION_INSIGHTS]: `${CONNECTION};IngestionEndpoint=x y` }, [APPLICATION_INSIGHTS]],
  ])('%j names the setting', (environment, targets) => {
    expect(telemetryFaults(environment).map(({ target }) => target)).toStrictEqual(targets);
  });

  test.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: ' http://localhost:4318 ' }],
    [
      {
        ...HOST,
        [APPLICATION_INSIGHTS]: `${CONNECTION};IngestionEndpoint=https://a.example/;LiveEndpoint=x`,
      },
    ],
    [{ [APPLICATION_INSIGHTS]: 'x' }],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'x', OTEL_SDK_DISABLED: 'true' }],
  ])('%j is right, or not looked at', (environment) => {
    expect(telemetryFaults(environment)).toStrictEqual([]);
  });
});
