import fc from 'fast-check';
import type { Environment } from '../../src/settings/settings.ts';
import { SETTINGS } from '../../src/settings/settings.ts';

const SUBSCRIPTION = '/subscriptions/21a9967a-e8a9-4656-a70b-96ff1c4d05a0';
const RIGHT: Environment = {
  ROTATION_SCOPES: SUBSCRIPTION,
  EVENT_GRID_TOPIC_ENDPOINT: 'https://topic.westeurope-1.eventgrid.azure.net/api/events',
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
};

/** For each setting that can be wrong, values that are. */
const WRONG: Readonly<Record<string, readonly string[]>> = {
  ROTATION_SCOPES: ['', 'all', '/subscriptions/', `${SUBSCRIPTION};${SUBSCRIPTION}`, `${SUBSCRIPTION}/x`],
  ROTATION_UNTAGGED: ['yes', 'skip,rotate', '1'],
  ROTATION_IN_USE: ['first', 'none', 'primary secondary'],
  ROTATION_SCHEDULE: [
    'daily',
    '0 3 * * *',
    '0 0 3 30 2 *',
    '0 0 3 * * 7',
    '0 0 */0 * * *',
    '1.00:00:00',
    '%X%',
  ],
  ROTATION_MAX_AGE: ['90', 'P1Y', 'P0D', 'P-1D', 'P1D1D', `P${'9'.repeat(400)}D`],
  ROTATION_OVERLAP: ['7', 'P1M', 'P7', '-P7D'],
  EVENT_GRID_TOPIC_ENDPOINT: ['', 'topic', 'http://topic.example', 'https://', 'https://a:b@topic.example'],
  HTTP_AUTH: ['none', 'anonymous', 'key,entra', 'true'],
  KEY_VAULT_URI: [
    'vault',
    'http://vault.example',
    'https://vault.example/secrets',
    'https://vault.example?x',
  ],
  ROTATION_VERIFY: ['true', '0', 'On Off'],
  AZURE_MAPS_ENDPOINT: ['atlas', 'ftp://atlas.example', 'https://atlas.example#x', 'https://[::'],
  AZURE_RESOURCE_MANAGER_ENDPOINT: ['arm', 'https://', 'https://management.azure.com?x=1', 'file:///etc'],
  OTEL_EXPORTER_OTLP_ENDPOINT: ['collector', 'collector:4318', 'https://[::1'],
  HTTPS_PROXY: ['proxy:3128', '://', 'socks5://user:pass@proxy.example'],
  AZURE_AUTHORITY_HOST: ['login.example', 'http://login.example'],
  AzureWebJobsStorage: ['x', 'AccountName=a', 'AccountKey=YQ==', 'AccountName=;AccountKey=YQ=='],
};

/** What else is read, by the app or by what it is made of. */
const OTHERS = [
  ...Object.keys(SETTINGS).filter((name) => !(name in WRONG)),
  ...['blobServiceUri', 'queueServiceUri', 'tableServiceUri', 'accountName', 'credential', 'clientId'].map(
    (name) => `AzureWebJobsStorage__${name}`,
  ),
  ...['telemetryMode', 'logging__logLevel__default', 'extensions__queues__batchSize'].map(
    (name) => `AzureFunctionsJobHost__${name}`,
  ),
  ...[
    'TENANT_ID',
    'CLIENT_SECRET',
    'AUTHORITY_HOST',
    'TOKEN_CREDENTIALS',
    'LOG_LEVEL',
    'REGIONAL_AUTHORITY_NAME',
  ].map((name) => `AZURE_${name}`),
  ...['IDENTITY_ENDPOINT', 'IDENTITY_HEADER', 'IDENTITY_SERVER_THUMBPRINT', 'MSI_ENDPOINT', 'MSI_SECRET'],
  ...['WEBSITE_SITE_NAME', 'WEBSITE_INSTANCE_ID', 'WEBSITE_HOSTNAME', 'WEBSITE_TIME_ZONE', 'TZ'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY', 'https_proxy'],
  ...['FUNCTIONS_REQUEST_BODY_SIZE_LIMIT', 'AZURE_FUNCTIONS_ENVIRONMENT'],
  ...[
    ...['EXPORTER_OTLP_TRACES_ENDPOINT', 'EXPORTER_OTLP_METRICS_ENDPOINT', 'EXPORTER_OTLP_HEADERS'],
    ...[
      'EXPORTER_OTLP_TIMEOUT',
      'EXPORTER_OTLP_COMPRESSION',
      'EXPORTER_OTLP_PROTOCOL',
      'EXPORTER_OTLP_CERTIFICATE',
    ],
    ...[
      'EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE',
      'SERVICE_NAME',
      'RESOURCE_ATTRIBUTES',
      'SDK_DISABLED',
    ],
    ...[
      'TRACES_SAMPLER',
      'TRACES_SAMPLER_ARG',
      'BSP_MAX_QUEUE_SIZE',
      'BSP_SCHEDULE_DELAY',
      'BSP_EXPORT_TIMEOUT',
    ],
    ...['METRIC_EXPORT_INTERVAL', 'METRIC_EXPORT_TIMEOUT', 'ATTRIBUTE_COUNT_LIMIT', 'SPAN_EVENT_COUNT_LIMIT'],
    ...['LOG_LEVEL', 'PROPAGATORS', 'NODE_RESOURCE_DETECTORS'],
  ].map((name) => `OTEL_${name}`),
];

const ODD = [
  ...[
    '',
    ' ',
    '\t',
    '\u00a0',
    'true',
    'false',
    '0',
    '-1',
    '1e400',
    'null',
    '{}',
    '[]',
    '"',
    "'",
    ';',
    '=',
    ',',
    '%',
    '%41',
  ],
  ...[
    'https://a',
    'http://localhost:1',
    'https://localhost:99999',
    'https://[::1',
    '://',
    '//a',
    'https://ä.example/ü',
  ],
  ...[
    'OpenTelemetry',
    'opentelemetry',
    'AAD',
    'Authorization=AAD',
    'Authorization=AAD;ClientId=x',
    'grpc',
    'gzip',
    'verbose',
  ],
  ...[
    'InstrumentationKey=1',
    'InstrumentationKey=11111111-1111-1111-1111-111111111111',
    'InstrumentationKey=;IngestionEndpoint=x',
  ],
  ...[
    '0 0 */48 * * *',
    '0 */90 * * * *',
    '0 0 3 1/40 * *',
    '0 0 0 * * */8',
    '0\u00a00 3 * * *',
    '0 0\t3 * * *',
    '*/99999999999 * * * * *',
  ],
  ...[
    'P1W',
    'PT0.000001S',
    'P999999999D',
    'P99999999999999999999D',
    'parentbased_traceidratio',
    'a=b,c=%zz',
    'key=välue',
  ],
  ...[
    'prod',
    'dev',
    'WorkloadIdentityCredential',
    'on',
    'off',
    'entra',
    'key',
    'newest',
    'rotate',
    'x'.repeat(20_000),
  ],
];

const value = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...ODD) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.stringMatching(/^[-*/,0-9A-Za-z]{1,6}$/), { minLength: 5, maxLength: 7 })
      .map((parts) => parts.join(' ')),
  },
);

const wrongOne = fc
  .constantFrom(...Object.keys(WRONG))
  .chain((name) => fc.constantFrom(...(WRONG[name] ?? [])).map((given) => [name, given] as const));

/** One setting is surely wrong, so that health has one to name; of the others, some have any value at all. */
export const settingsCase = fc
  .record({
    wrong: wrongOne,
    others: fc.dictionary(fc.constantFrom(...Object.keys(WRONG), ...OTHERS), value, { maxKeys: 6 }),
  })
  .map(({ wrong: [name, given], others }) => ({
    wrong: name,
    changed: [name, ...Object.keys(others)],
    environment: withoutNul({ ...RIGHT, ...others, [name]: given }),
  }))
  // A collector is not looked at then.
  .filter(({ environment }) => environment.OTEL_SDK_DISABLED !== 'true');

/** A process can be given no NUL, and no half of a surrogate pair. */
function withoutNul(environment: Environment): Environment {
  return Object.fromEntries(
    Object.entries(environment).map(([name, text]) => [name, text?.replaceAll('\0', '').toWellFormed()]),
  );
}
