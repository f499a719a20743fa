import { describe, expect, test } from 'vitest';
import { createArmMaps } from '../../src/adapters/arm/arm-maps.ts';
import { TIMINGS } from '../../src/core/rotation/timings.ts';
import type { AccountSeed, LocalAzureOptions } from '../../tools/local-azure/local-azure.ts';
import { call, post, trustedAzure } from '../tools/local-azure/helpers.ts';
import { differences } from './matcher.ts';
import { ACCOUNT, ACCOUNT_ID, GROUP, type Recording, SUBSCRIPTION, withBody } from './recording.ts';
import * as shapes from './shapes/arm-maps.ts';
import { standIn } from './stand-in.ts';

const account = { subscriptionId: SUBSCRIPTION, resourceGroupName: GROUP, accountName: ACCOUNT };
const subscription = { kind: 'subscription', subscriptionId: SUBSCRIPTION } as const;
const resourceGroup = { ...subscription, kind: 'resource-group', resourceGroupName: GROUP } as const;
const credential = { getToken: async () => ({ token: 'token', expiresOnTimestamp: Date.now() + 3_600_000 }) };

async function armOf(...recordings: Recording[]) {
  const throttles: string[] = [];
  const { requests } = await standIn(recordings);
  const arm = createArmMaps({
    endpoint: 'https://management.azure.com',
    credential,
    timings: TIMINGS,
    now: Date.now,
    onThrottle: (operation) => throttles.push(operation),
  });
  return { arm, requests, throttles };
}

const yes = async () => true;

describe('the adapter takes what was recorded', () => {
  test.each([
    [
      'a new account',
      shapes.KEYS_OF_NEW_ACCOUNT,
      '2026-10-05T09:14:47.3184017Z',
      '2026-10-05T09:14:47.3184561Z',
    ],
    ['an old one', shapes.KEYS_OF_OLD_ACCOUNT, '2021-02-03T04:05:06.070809Z', '2021-02-03T04:05:06.070809Z'],
  ])('ARM-11: the keys of %s', async (_, recording, primary, secondary) => {
    const { arm } = await armOf(recording);

    const read = await arm.readKeys(account);

    expect(read).toMatchObject({
      kind: 'ok',
      value: { keys: { times: { primary, secondary } }, now: Date.parse('2026-10-05T09:14:47Z') },
    });
    expect(arm.writesLeft(SUBSCRIPTION)).toBeGreaterThanOrEqual(199);
  });

  test('ARM-12: a regeneration, at once, and with a time of six digits', async () => {
    const { arm, requests } = await armOf(shapes.REGENERATED);

    const outcome = await arm.regenerateKey(account, 'secondary', yes);

    expect(outcome).toMatchObject({
      kind: 'regenerated',
      keys: { times: { primary: '2026-10-05T09:14:47.3184017Z', secondary: '2026-10-05T09:14:48.196052Z' } },
    });
    expect(requests).toHaveLength(1);
  });

  test('ARM-13: buckets of the larger size', async () => {
    const { arm } = await armOf(shapes.LARGE_BUCKETS);

    await arm.readKeys(account);

    expect(arm.writesLeft(SUBSCRIPTION)).toBeGreaterThanOrEqual(799);
  });

  test('ARM-14: an account that is Updating', async () => {
    const { arm } = await armOf(shapes.NEW_ACCOUNT);

    expect(await arm.readAccount(account)).toEqual({
      kind: 'ok',
      value: {
        id: ACCOUNT_ID,
        uniqueId: '0c0ffee0-0001-4000-8000-00000000aa01',
        facts: {
          tags: { 'key-rotation': 'enabled' },
          disableLocalAuth: false,
          provisioningState: 'Updating',
          modifiedAt: '2026-10-05T09:14:47.241Z',
        },
      },
    });
  });

  test('ARM-18: that somebody changed an account', async () => {
    const { arm } = await armOf(shapes.CHANGED_ACCOUNT);

    expect(await arm.readAccount(account)).toMatchObject({
      value: { facts: { tags: {}, modifiedAt: '2026-10-05T09:14:47.966Z' } },
    });
  });

  test('a whole subscription in one page, with accounts that nobody is known to have made, and one that failed', async () => {
    const { arm } = await armOf(shapes.ONE_PAGE);

    const page = await arm.listPage(subscription, undefined);

    expect(page).toMatchObject({ kind: 'ok', value: { accounts: [{}, {}, {}] } });
    const { accounts, continuation } = page.kind === 'ok' ? page.value : { accounts: [] };
    expect(continuation).toBeUndefined();
    expect(accounts.map(({ facts }) => [facts.provisioningState, facts.modifiedAt?.slice(0, 4)])).toEqual([
      ['Succeeded', '2026'],
      ['Succeeded', '2021'],
      ['Failed', '2026'],
    ]);
  });

  test('a page of thousands', async () => {
    const [entry] = (shapes.ONE_PAGE.body as { value: object[] }).value;
    const value = Array.from({ length: 1_300 }, (_, index) => ({ ...entry, id: `${ACCOUNT_ID}${index}` }));
    const { arm, requests } = await armOf(withBody(shapes.ONE_PAGE, { value }));

    const page = await arm.listPage(subscription, undefined);

    expect(page.kind === 'ok' && page.value.accounts).toHaveLength(1_300);
    expect(JSON.stringify(value).length).toBeGreaterThan(700_000);
    expect(requests).toHaveLength(1);
  });

  test('an empty group', async () => {
    const { arm } = await armOf(shapes.EMPTY_GROUP);

    const page = await arm.listPage(resourceGroup, undefined);

    expect(page).toEqual({ kind: 'ok', value: { accounts: [] } });
  });

  test('a link that names the port, and the page behind it', async () => {
    const { arm, requests } = await armOf(shapes.PAGE_WITH_LINK, shapes.LAST_PAGE);

    const first = await arm.listPage(subscription, undefined);
    const continuation = first.kind === 'ok' ? first.value.continuation : undefined;
    const second = await arm.listPage(subscription, continuation);

    expect(continuation).toMatch(/^https:\/\/management\.azure\.com:443\//);
    expect(second).toMatchObject({
      kind: 'ok',
      value: { accounts: [{ id: `${ACCOUNT_ID.replace(/1$/, '2')}` }] },
    });
    expect(requests).toHaveLength(2);
  });
});

describe('the adapter takes the refusals that were recorded', () => {
  test('an account that is not there', async () => {
    const { arm } = await armOf({ ...shapes.NOT_FOUND, path: shapes.NEW_ACCOUNT.path });

    expect(await arm.readAccount(account)).toMatchObject({
      kind: 'failed',
      failure: { status: 404, code: 'ResourceNotFound' },
    });
  });

  test('ARM-13: throttled, with the seconds to wait', async () => {
    const { arm, requests, throttles } = await armOf(shapes.THROTTLED);

    expect(await arm.readKeys(account)).toMatchObject({
      kind: 'failed',
      failure: { status: 429, code: 'SubscriptionRequestsThrottled', retryAfterSeconds: 10, passing: true },
    });
    expect(throttles).toEqual(['listKeys']);
    expect(requests).toHaveLength(1);
  });

  test.each([
    [
      'ARM-08: no role, and for whom',
      shapes.UNAUTHORIZED,
      403,
      'AuthorizationFailed',
      '1f6f2d5c-7f0b-4b8e-8a53-0c9d8e7f6a54',
    ],
    [
      'ARM-17: a disabled subscription',
      shapes.DISABLED_SUBSCRIPTION,
      409,
      'ReadOnlyDisabledSubscription',
      'disabled',
    ],
  ])('%s', async (_, recording, status, code, says) => {
    const { arm, requests } = await armOf(recording);

    const outcome = await arm.regenerateKey(account, 'primary', yes);

    expect(outcome).toMatchObject({ kind: 'refused', failure: { status, code } });
    expect(outcome.kind === 'refused' && outcome.failure.message).toContain(says);
    expect(requests).toHaveLength(1);
  });
});

const seed: AccountSeed = { subscriptionId: SUBSCRIPTION, resourceGroup: GROUP, name: ACCOUNT };
const tagged = { ...seed, tags: { 'key-rotation': 'enabled' } };

describe('the local Azure answers as was recorded', () => {
  const locally = async (recording: Recording, options: LocalAzureOptions = {}) => {
    const azure = await trustedAzure({ accounts: [seed], ...options });
    const sends = recording.path.includes('/regenerateKey') ? post({ keyType: 'secondary' }) : {};
    const answer = await call(azure, recording.path, { method: recording.method, ...sends });
    return { azure, answer };
  };

  test.each<[string, Recording, LocalAzureOptions?]>([
    ['listKeys', shapes.KEYS_OF_NEW_ACCOUNT],
    ['listKeys with larger buckets', shapes.LARGE_BUCKETS, { buckets: 'large' }],
    ['regenerateKey', shapes.REGENERATED],
    ['an account that was changed', shapes.CHANGED_ACCOUNT],
    ['a list', shapes.ONE_PAGE, { accounts: [seed, { ...seed, name: 'Maps2', createdAt: null }] }],
    [
      'a list with one that failed',
      shapes.ONE_PAGE,
      { accounts: [{ ...seed, provisioningState: 'Failed' }] },
    ],
    ['an empty list', shapes.EMPTY_GROUP, { accounts: [], resourceGroups: [`${SUBSCRIPTION}/${GROUP}`] }],
    [
      'a page with a link',
      shapes.PAGE_WITH_LINK,
      { accounts: [seed, { ...seed, name: 'Maps2' }], pageSize: 1 },
    ],
  ])('%s', async (_, recording, options) => {
    const { answer } = await locally(recording, options);

    expect(differences(recording, answer)).toEqual([]);
  });

  test('a new account', async () => {
    const azure = await trustedAzure({ accounts: [] });
    azure.accounts.add(tagged);

    expect(differences(shapes.NEW_ACCOUNT, await call(azure, shapes.NEW_ACCOUNT.path))).toEqual([]);
  });

  test('a regeneration changes its own time alone, to one after the answer’s Date', async () => {
    const { azure, answer } = await locally(shapes.REGENERATED, {
      now: () => new Date('2026-10-05T09:14:47.5Z'),
    });

    const { primaryKeyLastUpdated, secondaryKeyLastUpdated } = azure.accounts.keys(ACCOUNT_ID);
    expect(answer.body).toMatchObject({ primaryKeyLastUpdated, secondaryKeyLastUpdated });
    const later = Date.parse(secondaryKeyLastUpdated ?? '') - Date.parse(answer.headers.get('date') ?? '');
    expect(later).toBeGreaterThan(0);
    expect(later).toBeLessThanOrEqual(1_600);
  });

  // No recording shows the headers of a refusal: the local Azure's are those of any other answer.
  const OWN = ['x-ms-request-id', 'x-ms-operation-identifier'];
  const LEFT = ['reads', 'writes', 'global-reads', 'global-writes'].map(
    (kind) => `x-ms-ratelimit-remaining-subscription-${kind}`,
  );

  test.each<[string, Recording, LocalAzureOptions?]>([
    ['an account that is not there', shapes.NOT_FOUND],
    ['throttled', shapes.THROTTLED, { throttle: { writes: 0, writesPerSecond: 0.1 } }],
  ])('%s', async (_, recording, options) => {
    const { answer } = await locally(recording, options);

    expect(differences(recording, answer, [...OWN, ...LEFT])).toEqual([]);
  });

  test.each([
    ['no role', shapes.UNAUTHORIZED],
    ['a disabled subscription', shapes.DISABLED_SUBSCRIPTION],
    ['throttled', shapes.THROTTLED],
  ])('%s, by a fault', async (_, recording) => {
    const azure = await trustedAzure({ accounts: [seed] });
    const { code } = (recording.body as { error: { code: string } }).error;
    const operation = recording.path.includes('listKeys') ? 'listKeys' : 'regenerateKey';
    azure.faults.add({ operation, status: recording.status, code, headers: { 'Retry-After': '10' } });

    const answer = await call(azure, recording.path, post({ keyType: 'primary' }));

    const extra = recording === shapes.THROTTLED ? OWN : [...OWN, 'retry-after'];
    expect(differences(recording, answer, extra)).toEqual([]);
  });
});
