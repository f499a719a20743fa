import { describe, expect, test } from 'vitest';
import type { Failure } from '../../src/core/failure.ts';
import { DEFAULT_SCHEDULE } from '../../src/settings/ncrontab.ts';
import {
  type Environment,
  readSchedule,
  readSettings,
  SETTINGS,
  type Settings,
} from '../../src/settings/settings.ts';

const SUBSCRIPTION = '21a9967a-e8a9-4656-a70b-96ff1c4d05a0';
const DAY = 86_400;
const CONNECTION =
  'DefaultEndpointsProtocol=https;AccountName=maps;AccountKey=c2VjcmV0;EndpointSuffix=core.windows.net';

/** The least that an app needs. */
const LEAST: Environment = {
  ROTATION_SCOPES: `/subscriptions/${SUBSCRIPTION}`,
  EVENT_GRID_TOPIC_ENDPOINT: 'https://topic.westeurope-1.eventgrid.azure.net/api/events',
  AzureWebJobsStorage: CONNECTION,
};

function settings(change: Environment = {}): Settings {
  const read = readSettings({ ...LEAST, ...change });
  if (!('scopes' in read)) throw new Error(read.map(({ message }) => message).join(' '));
  return read;
}

function faults(change: Environment): readonly Failure[] {
  const read = readSettings({ ...LEAST, ...change });
  return 'scopes' in read ? [] : read;
}

describe('where a setting is left out', () => {
  test('the default holds', () => {
    expect(settings()).toStrictEqual({
      scopes: [{ kind: 'subscription', subscriptionId: SUBSCRIPTION }],
      policy: { rotateUntagged: false, inUse: 'unknown', maxAge: 90 * DAY, overlap: 7 * DAY },
      schedule: '0 0 3 * * *',
      topicEndpoint: LEAST.EVENT_GRID_TOPIC_ENDPOINT,
      httpAuth: 'key',
      resourceManagerEndpoint: 'https://management.azure.com',
      verifyAt: 'https://atlas.microsoft.com',
      isInAzure: false,
      storage: { kind: 'connection-string', connectionString: CONNECTION },
    });
  });

  test.each([undefined, '', '   '])('an optional one that is %j is left out', (empty) => {
    const optional = Object.keys(SETTINGS).filter((name) => !(name in LEAST));

    const read = settings(Object.fromEntries(optional.map((name) => [name, empty])));

    expect(read).toStrictEqual(settings());
  });

  test.each(Object.keys(LEAST).flatMap((name) => [undefined, '', '  '].map((given) => ({ name, given }))))(
    'PROC-03, PROC-04: $name = $given is told by its name',
    ({ name, given }) => {
      const [fault, ...others] = faults({ [name]: given });

      expect(others).toStrictEqual([]);
      expect(fault).toStrictEqual({
        code: 'InvalidConfiguration',
        status: 500,
        target: name,
        passing: false,
        message: expect.stringMatching(`^The app setting ${name} is missing( or wrong)?: it must .+\\.$`),
      });
    },
  );
});

describe('what is taken', () => {
  const scope = (group: string) => `/subscriptions/${SUBSCRIPTION}/resourceGroups/${group}`;
  const account = `${scope('rg')}/providers/Microsoft.Maps/accounts/maps-1`;

  test.each([
    [`${scope('a')},${scope('b')}`, 2],
    [`${scope('a')} , ${scope('b')}\n${account}`, 3],
    [` ${account.toUpperCase()}/ ,, `, 1],
  ])('the scopes %j', (given, count) => {
    expect(settings({ ROTATION_SCOPES: given }).scopes).toHaveLength(count);
  });

  test.each([
    ['P90D', 90 * DAY],
    ['P12W', 84 * DAY],
    ['PT480H', 20 * DAY],
    [' P14DT12H ', 14.5 * DAY],
  ])('the max age %j', (given, seconds) => {
    expect(settings({ ROTATION_MAX_AGE: given }).policy.maxAge).toBe(seconds);
  });

  test('a max age of exactly twice the overlap and four periods', () => {
    const { policy } = settings({ ROTATION_MAX_AGE: 'P4D', ROTATION_OVERLAP: 'P2D' });

    expect(policy).toMatchObject({ maxAge: 4 * DAY, overlap: 2 * DAY });
  });

  test('words in any case', () => {
    const read = settings({ HTTP_AUTH: 'Entra', ROTATION_UNTAGGED: 'ROTATE', ROTATION_IN_USE: ' Newest ' });

    expect(read).toMatchObject({ httpAuth: 'entra', policy: { rotateUntagged: true, inUse: 'newest' } });
  });

  test('another cloud, an identity and its place', () => {
    const read = settings({
      AZURE_RESOURCE_MANAGER_ENDPOINT: 'https://management.usgovcloudapi.net/',
      AZURE_CLIENT_ID: '6d8a3b7c-0000-4000-8000-000000000001',
      IDENTITY_ENDPOINT: 'http://169.254.129.2:8081/msi/token',
    });

    expect(read).toMatchObject({
      resourceManagerEndpoint: 'https://management.usgovcloudapi.net',
      clientId: '6d8a3b7c-0000-4000-8000-000000000001',
      isInAzure: true,
    });
  });

  test('the storage account by name or by address', () => {
    const byName = settings({ AzureWebJobsStorage: undefined, AzureWebJobsStorage__accountName: 'stmaps' });
    const byAddress = settings({
      AzureWebJobsStorage: undefined,
      AzureWebJobsStorage__queueServiceUri: 'https://q.example',
      AzureWebJobsStorage__tableServiceUri: 'https://t.example',
    });

    expect(byName.storage).toStrictEqual({
      kind: 'identity',
      queueServiceUri: 'https://stmaps.queue.core.windows.net',
      tableServiceUri: 'https://stmaps.table.core.windows.net',
    });
    expect(byAddress.storage).toMatchObject({ queueServiceUri: 'https://q.example' });
  });
});

describe('what is wrong is told by name, with what it must be', () => {
  const group = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg`;
  const AGE = 'ROTATION_MAX_AGE';
  const duration = 'an ISO 8601 duration';

  test.each<[keyof typeof SETTINGS, string, string]>([
    ['ROTATION_SCOPES', 'maps-1', "has 'maps-1'"],
    ['ROTATION_SCOPES', '/subscriptions/mine', '/subscriptions/<GUID>'],
    ['ROTATION_SCOPES', `${group}/providers/Microsoft.Storage/storageAccounts/st`, 'Microsoft.Maps'],
    ['ROTATION_SCOPES', `${group},*`, "has '*'"],
    ['ROTATION_SCOPES', '/', "has '/'"],
    ['ROTATION_UNTAGGED', 'yes', 'skip, rotate'],
    ['ROTATION_IN_USE', 'both', 'unknown, primary, secondary, newest'],
    ['HTTP_AUTH', 'none', 'key, entra'],
    ['EVENT_GRID_TOPIC_ENDPOINT', 'topic', 'an https URL'],
    ['EVENT_GRID_TOPIC_ENDPOINT', 'http://topic.example/api/events', 'an https URL'],
    ['EVENT_GRID_TOPIC_ENDPOINT', 'https://topic.example/api/events?x=1', 'without query'],
    ['AZURE_RESOURCE_MANAGER_ENDPOINT', 'management.azure.com', 'an https URL'],
    ['AZURE_RESOURCE_MANAGER_ENDPOINT', 'https://user:pass@management.azure.com', 'credentials'],
    ['ROTATION_OVERLAP', '7', duration],
    ['ROTATION_OVERLAP', 'P0D', duration],
  ])('%s = %j', (name, given, says) => {
    const [fault, ...others] = faults({ [name]: given });

    expect(others).toStrictEqual([]);
    expect(fault).toMatchObject({ code: 'InvalidConfiguration', target: name });
    expect(fault?.message).toContain(`The app setting ${name} `);
    expect(fault?.message).toContain(says);
  });

  test.each<[string, string, string]>([
    ['P0D', duration, 'zero'],
    ['0', duration, 'zero'],
    ['abc', duration, 'no words'],
    ['-1', duration, 'no number'],
    ['1', duration, 'no number'],
    ['-P90D', duration, 'not below zero'],
    ['P-90D', duration, 'not below zero'],
    ['P1.5D', duration, 'no fraction'],
    ['P', duration, 'no length'],
    ['PT', duration, 'no length'],
    ['P1Y', 'no years or months', 'no years'],
    ['P3M', 'no years or months', 'no months'],
    ['P90', duration, 'no unit'],
    ['P90D90', duration, 'a unit each'],
    ['90D', duration, 'a P first'],
    ['P1D P2D', duration, 'one only'],
    ['P200000000D', duration, 'longer than any calendar'],
    ['P13D', 'at least twice the overlap (7 days)', 'below twice the overlap'],
    ['PT1S', 'at least twice the overlap (7 days)', 'below twice the overlap'],
  ])('KEY-05: a max age of %j is refused', (given, says) => {
    const [fault, ...others] = faults({ [AGE]: given });

    expect(others).toStrictEqual([]);
    expect(fault).toMatchObject({ code: 'InvalidConfiguration', target: AGE });
    expect(fault?.message).toContain(says);
  });

  test('KEY-05: a max age under four periods of the schedule is refused', () => {
    const change = { ROTATION_SCHEDULE: '0 0 3 * * Mon', ROTATION_OVERLAP: 'P7D' };

    const [fault] = faults({ ...change, [AGE]: 'P27D' });

    expect(fault).toMatchObject({ target: AGE, message: expect.stringContaining('four times') });
    expect(settings({ ...change, [AGE]: 'P28D' }).policy.maxAge).toBe(28 * DAY);
  });

  test('KEY-05: an overlap of more than half of the max age is refused', () => {
    expect(faults({ ROTATION_OVERLAP: 'P46D' }).map(({ message }) => message)).toStrictEqual([
      'The app setting ROTATION_MAX_AGE must be at least twice the overlap (46 days).',
    ]);
  });

  test.each<[string, Environment]>([
    ['no connection string', { AzureWebJobsStorage: 'abc' }],
    ['half a connection string', { AzureWebJobsStorage: 'AccountName=maps' }],
    [
      'no addresses',
      {
        AzureWebJobsStorage: undefined,
        AzureWebJobsStorage__queueServiceUri: 'queue',
        AzureWebJobsStorage__tableServiceUri: 'table',
      },
    ],
    [
      'one address',
      { AzureWebJobsStorage: undefined, AzureWebJobsStorage__queueServiceUri: 'https://q.example' },
    ],
  ])('PROC-04: AzureWebJobsStorage with %s', (_name, change) => {
    const [fault] = faults(change);

    expect(fault).toMatchObject({ code: 'InvalidConfiguration', target: 'AzureWebJobsStorage' });
  });

  test('PROC-04: no message quotes the storage account’s key', () => {
    const all = faults({ AzureWebJobsStorage: 'AccountKey=c2VjcmV0;', HTTP_AUTH: 'x' });

    expect(JSON.stringify(all)).not.toContain('c2VjcmV0');
  });

  test('PROC-03: everything that is wrong is told at once', () => {
    const all = faults({
      ...{ ROTATION_SCOPES: 'a b', HTTP_AUTH: 'x', ROTATION_OVERLAP: 'x' },
      ...{ EVENT_GRID_TOPIC_ENDPOINT: undefined, AzureWebJobsStorage: undefined, ROTATION_SCHEDULE: 'x' },
    });

    expect(all.map(({ target }) => target).sort()).toStrictEqual([
      'AzureWebJobsStorage',
      'EVENT_GRID_TOPIC_ENDPOINT',
      'HTTP_AUTH',
      'ROTATION_OVERLAP',
      'ROTATION_SCHEDULE',
      'ROTATION_SCOPES',
      'ROTATION_SCOPES',
    ]);
  });
});

describe('what the Azure SDKs read themselves', () => {
  const target = (change: Environment) => faults(change).map((fault) => fault.target);

  test.each([
    ['HTTPS_PROXY', 'proxy.example:3128'],
    ['HTTP_PROXY', 'http://'],
    ['ALL_PROXY', ' '],
    ['https_proxy', 'socks5://proxy.example'],
    ['AZURE_AUTHORITY_HOST', 'login.example'],
    ['AZURE_AUTHORITY_HOST', ' https://login.example'],
    ['AZURE_TOKEN_CREDENTIALS', 'all'],
  ])('%s = %j is told by its name', (name, given) => {
    expect(target({ [name]: given })).toStrictEqual([name]);
  });

  test('what is right, or not looked at, is no fault', () => {
    const right = {
      ...{ HTTPS_PROXY: 'http://user:pass@proxy.example:3128', HTTP_PROXY: 'x', NO_PROXY: '[[' },
      ...{ AZURE_AUTHORITY_HOST: 'https://login.example', AZURE_TOKEN_CREDENTIALS: 'Dev ' },
    };

    expect(target(right)).toStrictEqual([]);
    expect(target({ AZURE_TOKEN_CREDENTIALS: 'all', IDENTITY_ENDPOINT: 'http://localhost' })).toStrictEqual(
      [],
    );
    expect(target({ HTTPS_PROXY: '', AZURE_AUTHORITY_HOST: '', AZURE_TOKEN_CREDENTIALS: ' ' })).toStrictEqual(
      [],
    );
  });

  test('no message quotes a proxy’s password', () => {
    expect(JSON.stringify(faults({ HTTPS_PROXY: 'socks5://user:passw0rd@proxy' }))).not.toContain('passw0rd');
  });
});

describe('ROTATION_SCHEDULE', () => {
  test('is taken without the space around it', () => {
    expect(readSchedule({ ROTATION_SCHEDULE: ' 0 30 4 * * * ' })).toStrictEqual({ ncrontab: '0 30 4 * * *' });
    expect(settings({ ROTATION_SCHEDULE: ' 0 30 4 * * * ' }).schedule).toBe('0 30 4 * * *');
  });

  test.each(['0\u00a030\t4 *  *\u2003*', '\ufeff0 30 4 * * *\r\n', '0 30\u202f4\v* *\u3000*'])(
    'TMR-11: the parts of %j are registered with single spaces between them, as the host knows no other',
    (given) => {
      expect(readSchedule({ ROTATION_SCHEDULE: given })).toStrictEqual({ ncrontab: '0 30 4 * * *' });
      expect(settings({ ROTATION_SCHEDULE: given }).schedule).toBe('0 30 4 * * *');
    },
  );

  test.each(['every day', '61 * * * * *', '0 0 3 * *', '0 0 3 L * *'])(
    '%j stops nothing: the default holds, and the fault is told beside it',
    (given) => {
      const { schedule, scheduleFault } = settings({ ROTATION_SCHEDULE: given });

      expect(schedule).toBe(DEFAULT_SCHEDULE);
      expect(scheduleFault).toMatchObject({ code: 'InvalidConfiguration', target: 'ROTATION_SCHEDULE' });
      expect(scheduleFault?.message).toContain(
        `The app setting ROTATION_SCHEDULE is '${given}', but must be`,
      );
      expect(scheduleFault?.message).toContain('six fields');
      expect(readSchedule({ ROTATION_SCHEDULE: given }).ncrontab).toBe(DEFAULT_SCHEDULE);
    },
  );
});
