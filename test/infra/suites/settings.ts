import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readSettings, SETTINGS } from '../../../src/settings/settings.ts';
import { readTelemetrySettings } from '../../../src/settings/telemetry-settings.ts';
import type { Deployments, SetName } from '../deployments.ts';
import { matches, SET_NAMES, sourceOf } from '../deployments.ts';

/** Read by the host, not by the app. */
const OF_THE_HOST = ['FUNCTIONS_REQUEST_BODY_SIZE_LIMIT', 'OTEL_EXPORTER_OTLP_PROTOCOL'];

// https://learn.microsoft.com/azure/azure-functions/functions-app-settings#flex-consumption-plan-deprecations
const NOT_ON_FLEX = [
  'ENABLE_ORYX_BUILD',
  'FUNCTIONS_EXTENSION_VERSION',
  'FUNCTIONS_WORKER_PROCESS_COUNT',
  'FUNCTIONS_WORKER_RUNTIME',
  'SCM_DO_BUILD_DURING_DEPLOYMENT',
  'TZ',
  'WEBSITE_CONTENTAZUREFILECONNECTIONSTRING',
  'WEBSITE_CONTENTSHARE',
  'WEBSITE_NODE_DEFAULT_VERSION',
  'WEBSITE_RUN_FROM_PACKAGE',
  'WEBSITE_TIME_ZONE',
  'WEBSITE_VNET_ROUTE_ALL',
];

export function testSettings(get: () => Deployments): void {
  const settingsOf = (set: SetName): Record<string, string> =>
    get().one(set, 'Microsoft.Web/sites/config', '/appsettings').properties;

  describe('settings', () => {
    test.each(SET_NAMES)('%s: every setting that the code reads is set, and none that it does not', (set) => {
      const names = Object.keys(settingsOf(set)).map((name) => name.split('__')[0] ?? name);

      expect([...new Set(names)].sort()).toEqual([...Object.keys(SETTINGS), ...OF_THE_HOST].sort());
    });

    test.each(SET_NAMES)('%s: the code takes the values', (set) => {
      const environment = Object.fromEntries(
        Object.entries(settingsOf(set)).map(([name, value]) => [name, evaluated(value)]),
      );

      const settings = readSettings(environment);

      expect(settings).toHaveProperty('scopes');
    });

    test('without parameters the policy is the default of the code', () => {
      const {
        ROTATION_UNTAGGED,
        ROTATION_IN_USE,
        ROTATION_SCHEDULE,
        ROTATION_MAX_AGE,
        ROTATION_OVERLAP,
        ROTATION_VERIFY,
        ...others
      } = settingsOf('minimal');
      const environment = Object.fromEntries(
        Object.entries(others).map(([name, value]) => [name, evaluated(value)]),
      );

      const byDefault = readSettings(environment);
      const byTemplate = readSettings({
        ...environment,
        ROTATION_UNTAGGED,
        ROTATION_IN_USE,
        ROTATION_SCHEDULE,
        ROTATION_MAX_AGE,
        ROTATION_OVERLAP,
        ROTATION_VERIFY,
      });

      expect(byTemplate).toEqual(byDefault);
    });

    test('the parameters of the policy arrive', () => {
      expect(settingsOf('full')).toMatchObject({
        ROTATION_UNTAGGED: 'rotate',
        ROTATION_IN_USE: 'newest',
        ROTATION_SCHEDULE: '0 0 */12 * * *',
        ROTATION_MAX_AGE: 'P60D',
        ROTATION_OVERLAP: 'P14D',
      });
    });

    test('traces and metrics are off until somebody asks for them', () => {
      const telemetryOf = (set: SetName) => {
        const environment = Object.entries(settingsOf(set)).map(([name, value]) => [name, evaluated(value)]);
        return readTelemetrySettings(Object.fromEntries(environment));
      };

      expect(settingsOf('minimal').AzureFunctionsJobHost__telemetryMode).toBe('ApplicationInsights');
      expect(telemetryOf('minimal')).toBeUndefined();
      expect(settingsOf('full').AzureFunctionsJobHost__telemetryMode).toBe('OpenTelemetry');
      expect(telemetryOf('full')).toMatchObject({ otlp: true, azureMonitor: {} });
    });

    test('IDN-01: wherever the identity is used, it is named, by the client id of the one that the app has', () => {
      const settings = settingsOf('minimal');
      const app = get().one('minimal', 'Microsoft.Web/sites');
      const identity = get().one('minimal', 'Microsoft.ManagedIdentity/userAssignedIdentities');

      expect(app.identity?.type).toBe('UserAssigned');
      expect(Object.keys(app.identity?.userAssignedIdentities ?? {})).toEqual([
        expect.stringMatching(outputOf('identity', 'id')),
      ]);
      expect(identity.name).toMatch(/^id-/);
      expect(settings.AZURE_CLIENT_ID).toMatch(outputOf('identity', 'clientId'));
      expect(settings.AzureWebJobsStorage__credential).toBe('managedidentity');
      expect(settings.AzureWebJobsStorage__clientId).toMatch(outputOf('identity', 'clientId'));
      expect(settings.APPLICATIONINSIGHTS_AUTHENTICATION_STRING).toMatch(
        /^\[format\('ClientId=\{0\};Authorization=AAD', .+outputs\.clientId\.value\)\]$/,
      );
      expect(app.properties.functionAppConfig.deployment.storage.authentication).toEqual({
        type: 'UserAssignedIdentity',
        userAssignedIdentityResourceId: expect.stringMatching(outputOf('identity', 'id')),
      });
    });

    test('PROC-04: AzureWebJobsStorage is there for all three services, without a secret', () => {
      const names = Object.keys(settingsOf('minimal')).filter((name) =>
        name.startsWith('AzureWebJobsStorage'),
      );
      const told = ['README.md', 'docs/deploy.md'].map((file) => readFileSync(file, 'utf8')).join();

      expect(names.sort()).toEqual(
        ['blobServiceUri', 'clientId', 'credential', 'queueServiceUri', 'tableServiceUri'].map(
          (end) => `AzureWebJobsStorage__${end}`,
        ),
      );
      expect(told).toContain('AzureWebJobsStorage__queueServiceUri');
    });

    test.each(SET_NAMES)(
      'TMR-06: %s sets no time zone, nor anything else that the plan does not take',
      (set) => {
        const { siteConfig } = get().one(set, 'Microsoft.Web/sites').properties;

        expect(NOT_ON_FLEX.filter((name) => name in settingsOf(set))).toEqual([]);
        expect(Object.keys(siteConfig).sort()).toEqual([
          'ftpsState',
          'http20Enabled',
          'minTlsVersion',
          'scmMinTlsVersion',
        ]);
        expect(readFileSync('docs/deploy.md', 'utf8')).toContain('UTC');
      },
    );

    test('Entra ID sign-in and HTTP_AUTH go together', () => {
      const withSignIn = SET_NAMES.filter((set) =>
        get()
          .ofType(set, 'Microsoft.Web/sites/config')
          .some(({ name }) => name.endsWith('/authsettingsV2')),
      );

      expect(withSignIn).toEqual(['full']);
      expect(SET_NAMES.filter((set) => settingsOf(set).HTTP_AUTH === 'entra')).toEqual(['full']);
      expect(SET_NAMES.filter((set) => settingsOf(set).HTTP_AUTH === 'key')).toHaveLength(4);
    });

    test('behind the sign-in only those functions are open that are open anyhow', () => {
      const open = matches(sourceOf('src/functions'), /authLevel: 'anonymous',\s+route: '([^']+)'/g);
      const { globalValidation, identityProviders } = get().one(
        'full',
        'Microsoft.Web/sites/config',
        '/authsettingsV2',
      ).properties;

      expect(globalValidation).toEqual({
        requireAuthentication: true,
        unauthenticatedClientAction: 'Return401',
        excludedPaths: open.map((route) => `/api/${route.replace(/\{\w+\}$/, '*')}`),
      });
      expect(identityProviders.azureActiveDirectory.validation).toEqual({
        allowedAudiences: [
          'api://99999999-9999-9999-9999-999999999999',
          '99999999-9999-9999-9999-999999999999',
        ],
        defaultAuthorizationPolicy: { allowedApplications: ['88888888-8888-8888-8888-888888888888'] },
      });
    });

    test('the app roles to register are those that the code asks for', () => {
      const roles: { value: string; id: string }[] = JSON.parse(readFileSync('infra/app-roles.json', 'utf8'));
      const [union = ''] = matches(
        readFileSync('src/web/requests/caller.ts', 'utf8'),
        /type AppRole = ([^;]+);/g,
      );

      expect(roles.map(({ value }) => `'${value}'`).join(' | ')).toBe(union);
      expect(new Set(roles.map(({ id }) => id)).size).toBe(roles.length);
    });
  });
}

function outputOf(module: string, output: string): RegExp {
  return new RegExp(`format\\('${module}-\\{0\\}'.+\\.outputs\\.${output}\\.value`);
}

/** A value of the kind that Azure would put there: the CLI can't know what is made with the deployment. */
function evaluated(value: string): string {
  if (!value.startsWith('[')) return value;
  return /ServiceUri|Endpoint|unknown\(\)|outputs\.uri|environment\(\)/i.test(value)
    ? 'https://example.com/'
    : '66666666-6666-6666-6666-666666666666';
}
