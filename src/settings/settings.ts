import type { Scope } from '../core/account/scope.ts';
import { parseScope } from '../core/account/scope.ts';
import { parseDuration } from '../core/duration.ts';
import type { Failure } from '../core/failure.ts';
import { invalidConfiguration } from '../core/failure.ts';
import type { InUseRule, PolicySettings } from '../core/policy/policy-settings.ts';
import { DURATION_RULE, impossibleMaxAge } from '../core/policy/policy-settings.ts';
import { DEFAULT_SCHEDULE, isNcrontab, longestPause, splitNcrontab } from './ncrontab.ts';
import { sdkFaults } from './sdk-settings.ts';
import type { Get, Wrong } from './setting-readers.ts';
import { oneOf, readOptionalUrl, readUrl } from './setting-readers.ts';
import type { StorageSettings } from './storage-settings.ts';
import { readStorage } from './storage-settings.ts';

/**
 * Every app setting that the code reads, with what it means. `AzureWebJobsStorage` and `AzureFunctionsJobHost` stand for
 * their families, and `OTEL_EXPORTER_OTLP_ENDPOINT` for the standard variables of OpenTelemetry.
 */
export const SETTINGS = {
  ROTATION_SCOPES: 'what the app may touch',
  ROTATION_UNTAGGED: 'what the timer does with accounts that have no key-rotation tag',
  ROTATION_IN_USE: 'which key is in use where others changed the keys',
  ROTATION_SCHEDULE: 'NCRONTAB of the timer, UTC',
  ROTATION_MAX_AGE: 'how old a key may get',
  ROTATION_OVERLAP: 'how long the other key is left alone',
  EVENT_GRID_TOPIC_ENDPOINT: 'the custom topic',
  HTTP_AUTH: 'who may call the HTTP functions',
  KEY_VAULT_URI: 'where each new key is stored as a secret before it is announced',
  ROTATION_VERIFY: 'whether each new key is tried before it is announced',
  AZURE_MAPS_ENDPOINT: 'the Azure Maps data plane',
  AZURE_RESOURCE_MANAGER_ENDPOINT: 'Azure Resource Manager of the cloud',
  AZURE_CLIENT_ID: 'the user-assigned managed identity',
  AzureWebJobsStorage: 'the Functions storage account',
  AzureFunctionsJobHost:
    'with telemetryMode OpenTelemetry, Application Insights gets traces and metrics of the app',
  APPLICATIONINSIGHTS_CONNECTION_STRING: 'the Application Insights that gets telemetry',
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'whether it takes Entra ID tokens',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'the collector that gets traces and metrics',
} as const;

export type SettingName = keyof typeof SETTINGS;
export type HttpAuth = 'key' | 'entra';

export interface Settings {
  readonly scopes: readonly Scope[];
  readonly policy: PolicySettings;
  readonly schedule: string;
  /** Where the schedule that was set is none: the default runs, and everything that somebody sees tells of it. */
  readonly scheduleFault?: Failure;
  readonly topicEndpoint: string;
  readonly httpAuth: HttpAuth;
  readonly resourceManagerEndpoint: string;
  readonly keyVaultUri?: string;
  /** The Azure Maps data plane, where new keys are tried. */
  readonly verifyAt?: string;
  readonly clientId?: string;
  readonly isInAzure: boolean;
  readonly storage: StorageSettings;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The settings, or every one that is wrong: each failure names the setting and what it must be. */
export function readSettings(environment: Environment): Settings | readonly Failure[] {
  const faults: Failure[] = [];
  const wrong = <T>(setting: SettingName, problem: string, instead: T): T => {
    faults.push(invalidConfiguration(setting, problem));
    return instead;
  };
  const get = (name: string): string | undefined => environment[name]?.trim() || undefined;

  const schedule = readSchedule(environment);
  const isInAzure = get('IDENTITY_ENDPOINT') !== undefined;
  const clientId = get('AZURE_CLIENT_ID');
  const keyVaultUri = readKeyVaultUri(get, wrong);
  const resourceManagerEndpoint =
    readOptionalUrl(get, wrong, 'AZURE_RESOURCE_MANAGER_ENDPOINT') ?? 'https://management.azure.com';
  const mapsEndpoint =
    readOptionalUrl(get, wrong, 'AZURE_MAPS_ENDPOINT') ?? mapsEndpointBeside(resourceManagerEndpoint);
  const verify = oneOf('ROTATION_VERIFY', get('ROTATION_VERIFY') ?? 'on', ['on', 'off'] as const, wrong);
  const settings: Settings = {
    scopes: readScopes(get('ROTATION_SCOPES'), wrong),
    policy: readPolicySettings(get, wrong, longestPause(schedule.ncrontab)),
    schedule: schedule.ncrontab,
    ...(schedule.fault && { scheduleFault: schedule.fault }),
    topicEndpoint: readUrl('EVENT_GRID_TOPIC_ENDPOINT', get('EVENT_GRID_TOPIC_ENDPOINT'), wrong),
    httpAuth: oneOf('HTTP_AUTH', get('HTTP_AUTH') ?? 'key', ['key', 'entra'] as const, wrong),
    resourceManagerEndpoint,
    ...(keyVaultUri !== undefined && { keyVaultUri }),
    ...(verify === 'on' && { verifyAt: mapsEndpoint }),
    ...(clientId !== undefined && { clientId }),
    isInAzure,
    storage: readStorage(get, wrong),
  };
  faults.push(...sdkFaults(environment, isInAzure));
  if (faults.length === 0) return settings;
  return schedule.fault === undefined ? faults : [...faults, schedule.fault];
}

/** The timer's schedule; where the one that is set is none, the default and what is wrong. */
export function readSchedule(environment: Environment): { ncrontab: string; fault?: Failure } {
  const given = splitNcrontab(environment.ROTATION_SCHEDULE ?? '').join(' ') || DEFAULT_SCHEDULE;
  if (given === DEFAULT_SCHEDULE || isNcrontab(given)) return { ncrontab: given };
  const problem = `is '${given}', but must be an NCRONTAB expression of six fields (second minute hour day month weekday) such as '${DEFAULT_SCHEDULE}'; until then '${DEFAULT_SCHEDULE}' is used.`;
  return { ncrontab: DEFAULT_SCHEDULE, fault: invalidConfiguration('ROTATION_SCHEDULE', problem) };
}

function readScopes(given: string | undefined, wrong: Wrong): Scope[] {
  const ids = given?.split(/[\s,]+/).filter((id) => id !== '') ?? [];
  if (ids.length === 0) {
    return wrong(
      'ROTATION_SCOPES',
      'is missing: it must list the ARM ids of the subscriptions, resource groups or Maps accounts that the app may touch, separated by commas or spaces.',
      [],
    );
  }
  return ids.flatMap((id) => {
    const scope = parseScope(id);
    const problem = `has '${id}', which is not the ARM id of a subscription (/subscriptions/<GUID>), of a resource group (…/resourceGroups/<name>) or of a Maps account (…/providers/Microsoft.Maps/accounts/<name>).`;
    return scope ?? wrong('ROTATION_SCOPES', problem, []);
  });
}

function readPolicySettings(get: Get, wrong: Wrong, period: number): PolicySettings {
  const duration = (name: 'ROTATION_MAX_AGE' | 'ROTATION_OVERLAP', byDefault: string): number => {
    const given = get(name) ?? byDefault;
    return parseDuration(given) ?? wrong(name, `is '${given}', but must be ${DURATION_RULE}.`, Number.NaN);
  };
  const maxAge = duration('ROTATION_MAX_AGE', 'P90D');
  const overlap = duration('ROTATION_OVERLAP', 'P7D');
  const impossible = impossibleMaxAge(maxAge, overlap, period);
  if (impossible !== undefined) wrong('ROTATION_MAX_AGE', `${impossible}.`, undefined);
  const untagged = get('ROTATION_UNTAGGED') ?? 'skip';
  const inUse: readonly InUseRule[] = ['unknown', 'primary', 'secondary', 'newest'];
  return {
    rotateUntagged: oneOf('ROTATION_UNTAGGED', untagged, ['skip', 'rotate'] as const, wrong) === 'rotate',
    inUse: oneOf('ROTATION_IN_USE', get('ROTATION_IN_USE') ?? 'unknown', inUse, wrong),
    maxAge,
    overlap,
  };
}

function readKeyVaultUri(get: Get, wrong: Wrong): string | undefined {
  const given = readOptionalUrl(get, wrong, 'KEY_VAULT_URI');
  if (!given || new URL(given).pathname === '/') return given;
  const problem =
    'has a path: it must be the URI of the vault alone, such as https://kv-maps.vault.azure.net.';
  return wrong('KEY_VAULT_URI', problem, given);
}

/** https://learn.microsoft.com/azure/azure-maps/how-to-use-azure-government */
function mapsEndpointBeside(resourceManagerEndpoint: string): string {
  const isGovernment = resourceManagerEndpoint.endsWith('.usgovcloudapi.net');
  return isGovernment ? 'https://atlas.azure.us' : 'https://atlas.microsoft.com';
}
