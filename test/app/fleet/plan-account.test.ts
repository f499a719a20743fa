import { describe, expect, test } from 'vitest';
import { rotateDueAccounts } from '../../../src/app/background/rotate-due-accounts.ts';
import type { PlannedAccount } from '../../../src/app/fleet/plan-account.ts';
import { planAccount } from '../../../src/app/fleet/plan-account.ts';
import type { AccountReading } from '../../../src/app/ports/ports.ts';
import type { Services } from '../../../src/app/ports/services.ts';
import type { AccountRecord } from '../../../src/core/rotation/account-record.ts';
import { newAccountRecord } from '../../../src/core/rotation/account-record.ts';
import { planCsv } from '../../../src/web/replies/plan-reply.ts';
import { createFleet, idIn, subscriptions } from '../../fakes/fleet.ts';

const [SCOPE = none()] = subscriptions(1);
const ID = idIn(SCOPE, 'roads');
const ACCOUNT = {
  subscriptionId: ID.split('/')[2] ?? '',
  resourceGroupName: 'rg-maps',
  accountName: 'roads',
};
const NEVER = '0001-01-01T00:00:00Z';
const NOW = Date.parse('2026-11-25T03:00:00Z');
const YOUNG = '2026-11-15T03:00:00Z';

function none(): never {
  throw new Error('There is one.');
}

function stage(record: Partial<AccountRecord>) {
  const fleet = createFleet([SCOPE], () => () => ({ ids: [ID] }));
  const stored = { record: { ...newAccountRecord(ACCOUNT), ...record }, etag: '1' };
  const store = { viewAccount: async () => ({ account: ACCOUNT, stored }) };
  const services = {
    ...fleet.services,
    store,
    clock: { ...fleet.services.clock, now: () => NOW },
  } as unknown as Services;
  return { fleet, services };
}

async function planned(record: Partial<AccountRecord>, facts: object = {}): Promise<PlannedAccount> {
  const reading: AccountReading = { id: ID, facts: { tags: {}, disableLocalAuth: false, ...facts } };
  return planAccount(stage(record).services, ACCOUNT, reading);
}

const IN_USE = { announced: { keyType: 'primary', acceptedAt: NEVER } } as const;

describe('KEY-06: the plan says of a key without a time', () => {
  test.each<[string, Partial<AccountRecord>, Partial<PlannedAccount>]>([
    ['both', { seen: {} }, { unknownAges: ['primary', 'secondary'] }],
    [
      'both, in year 1',
      { seen: { primary: NEVER, secondary: NEVER } },
      { unknownAges: ['primary', 'secondary'] },
    ],
    [
      'one, beside a young one',
      { ...IN_USE, seen: { primary: YOUNG } },
      { unknownAges: ['secondary'], newerKey: 'primary', newerKeyAgeDays: 10 },
    ],
  ])('that its age is unknown, and no date: %s', async (_, record, more) => {
    const plan = await planned(record);

    expect(plan).toMatchObject({ decision: 'rotate', code: 'age-unknown', overdue: false, ...more });
    expect(plan.reason).toContain('Age unknown');
    for (const field of ['dueAt', 'olderKeyAgeDays']) expect(plan).not.toHaveProperty(field);
    expect(planCsv([plan], [])).toContain(',age-unknown,"Age unknown: ');
    expect(JSON.stringify(plan) + planCsv([plan], [])).not.toMatch(/\b(0001|19\d\d)-\d\d/);
  });

  test('nothing where nobody has looked yet', async () => {
    expect(await planned({})).not.toHaveProperty('unknownAges');
  });

  test('as the log of the run does', async () => {
    const { fleet, services } = stage({ ...IN_USE, seen: { primary: YOUNG, secondary: NEVER } });

    const run = await rotateDueAccounts(services);

    expect(run).toMatchObject({ due: 1, overdue: 0 });
    expect(fleet.log.filter(({ level }) => level === 'warn')).toEqual([
      {
        level: 'warn',
        message: 'The age of a key is not known',
        fields: { accountId: ID, decision: 'rotate', keys: 'secondary' },
      },
    ]);
    expect(JSON.stringify(fleet.log)).not.toMatch(/0001-/);
  });
});

describe('ARM-14: in the plan', () => {
  test.each(['Failed', 'Canceled', 'Degraded'])(
    'an account that is %s is rotated, and says so',
    async (state) => {
      const plan = await planned({ seen: {} }, { provisioningState: state });

      expect(plan).toMatchObject({ decision: 'rotate', provisioningState: state });
    },
  );

  test('one that is being moved waits', async () => {
    const plan = await planned({ seen: {} }, { provisioningState: 'Moving' });

    expect(plan).toMatchObject({ decision: 'skip', code: 'NotProvisioned', provisioningState: 'Moving' });
  });

  test('the usual state is not worth a word', async () => {
    expect(await planned({ seen: {} }, { provisioningState: 'Succeeded' })).not.toHaveProperty(
      'provisioningState',
    );
  });
});
