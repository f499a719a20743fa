import { describe, expect, test } from 'vitest';
import { handleWork } from '../../../src/app/background/handle-work.ts';
import type { DueRun } from '../../../src/app/background/rotate-due-accounts.ts';
import { rotateDueAccounts } from '../../../src/app/background/rotate-due-accounts.ts';
import type { PlannedAccount } from '../../../src/app/fleet/plan-account.ts';
import { planRotations } from '../../../src/app/fleet/plan-rotations.ts';
import type { AccountReading } from '../../../src/app/ports/ports.ts';
import type { Services } from '../../../src/app/ports/services.ts';
import type { Failure } from '../../../src/core/failure.ts';
import { fault, unavailable } from '../../../src/core/failure.ts';
import type { WorkMessage } from '../../../src/core/rotation/work-message.ts';
import { printWorkMessage } from '../../../src/core/rotation/work-message.ts';
import { createFakeApp, DAY, SUBSCRIPTION } from '../../fakes/app.ts';
import { createActor } from '../../fakes/world.ts';

const named = (accountName: string) => ({
  ...{ subscriptionId: SUBSCRIPTION, resourceGroupName: 'maps' },
  accountName,
});

/** Ten accounts that are due; the keys of the first can't be read while there is a failure. */
function stage() {
  const app = createFakeApp();
  const [instance] = app.world.instances;
  if (instance === undefined) throw new Error('No instance is there.');
  for (let i = 0; i < 10; i++) app.arm.add(named(`map-${i}`), { primary: 100 * DAY, secondary: 100 * DAY });
  const ports = app.services(createActor(instance, 'background'));
  const sent: { readonly message: WorkMessage; readonly delay: number }[] = [];
  const lines: { readonly level: string; readonly message: string; readonly fields: object }[] = [];
  const line = (level: string) => (message: string, fields: object) =>
    void lines.push({ level, message, fields });
  let failure: Failure | undefined = fail500();
  const services: Services = {
    ...ports,
    maps: {
      ...ports.maps,
      readAccount: async (account) => {
        const read = await ports.maps.readAccount(account);
        return read.kind === 'failed' ? read : { kind: 'ok', value: asInAzure(read.value) };
      },
      listPage: async (scope) => {
        const page = await ports.maps.listPage(scope);
        return page.kind === 'failed'
          ? page
          : { kind: 'ok', value: { accounts: page.value.accounts.map(asInAzure) } };
      },
      readKeys: async (account) =>
        failure !== undefined && account.accountName === 'map-0'
          ? { kind: 'failed', failure }
          : ports.maps.readKeys(account),
    },
    queue: { send: async (message, delay) => void sent.push({ message, delay }) },
    log: { info: line('info'), warn: line('warn'), error: line('error') },
  };
  /** Makes a call, and lets the virtual time pass that it takes. */
  async function inTime<T>(call: () => Promise<T>): Promise<T> {
    const made = Promise.withResolvers<T>();
    let ended = false;
    app.world.after(0, () => {
      const result = call().finally(() => {
        ended = true;
      });
      result.then(made.resolve, made.reject);
    });
    await app.world.run(app.world.now() + 3600, () => ended);
    return made.promise;
  }
  /** Takes the messages that are there now, each at its time. */
  async function work(): Promise<void> {
    const start = app.world.now();
    for (const { message, delay } of sent.splice(0).sort((a, b) => a.delay - b.delay)) {
      await app.world.run(Math.max(start + delay, app.world.now()));
      await inTime(() => handleWork(services, JSON.parse(printWorkMessage(message))));
    }
  }
  return {
    ...{ app, services, sent, lines, work },
    runTimer: (): Promise<DueRun> => inTime(() => rotateDueAccounts(services)),
    async plan(): Promise<PlannedAccount | undefined> {
      const page = await inTime(() => planRotations(services));
      if (page.kind === 'failed') throw new Error(page.failure.code);
      return page.value.accounts.find(({ accountId }) => accountId.endsWith('/map-0'));
    },
    of: (level: string) =>
      lines.filter((one) => one.level === level && JSON.stringify(one.fields).includes('map-0')),
    fail: (with_: Failure | undefined) => {
      failure = with_;
    },
  };
}

/** A queue message has room for GUIDs alone. */
function asInAzure(reading: AccountReading): AccountReading {
  const number = reading.uniqueId?.split('-')[1] ?? '';
  return { ...reading, uniqueId: `00000000-0000-4000-8000-${number.padStart(12, '0')}` };
}

function fail500(): Failure {
  return unavailable('InternalServerError', 'Azure Resource Manager answered 500 InternalServerError.');
}

describe('LIST-07: an account whose keys can not be read', () => {
  test('is an error within minutes, and keeps no other one waiting', async () => {
    const { app, work, runTimer, of } = stage();
    await runTimer();

    for (let i = 0; i < 3; i++) await work();

    expect(of('error')).toMatchObject([
      { message: 'The account can not be read so far', fields: { code: 'InternalServerError', tries: 3 } },
    ]);
    // With the time that it takes to rotate the nine others in between.
    expect(app.world.now()).toBeLessThan(180);
    expect(new Set(app.arm.changes.map(({ partition }) => partition)).size).toBe(9);
  });

  test('has in the plan what was tried, how often, since when, and what came of it', async () => {
    const { work, runTimer, plan } = stage();
    const before = await plan();
    await runTimer();
    await work();
    const once = await plan();
    for (let i = 0; i < 4; i++) await work();
    const often = await plan();

    expect(before).toMatchObject({
      decision: 'unread',
      reason: 'Its keys have not been looked at yet: the next run of the timer does.',
    });
    expect(once).toMatchObject({
      decision: 'unread',
      code: 'InternalServerError',
      failedTry: 'InternalServerError',
    });
    expect(once?.reason).toMatch(
      /^The timer could not take it up; it was tried once, at 2026-\S+\. Azure Resource Man/,
    );
    expect(often?.reason).toMatch(
      /tried 5 times since 2026-\S+, last at 2026-\S+\. .* answered 500 InternalServerError\.$/,
    );
  });

  test('is in the count and the log of the next run', async () => {
    const { work, runTimer, of, lines } = stage();
    const first = await runTimer();
    await work();

    const second = await runTimer();

    expect(first).toMatchObject({ seen: 10, due: 10, unread: 0 });
    expect(second).toMatchObject({ seen: 10, due: 1, unread: 1 });
    expect(of('error')).toMatchObject([
      {
        message: 'The account could not be read the last time',
        fields: { code: 'InternalServerError', tries: 1 },
      },
    ]);
    expect(lines).toContainEqual(
      expect.objectContaining({
        message: 'Due accounts were looked for',
        fields: expect.objectContaining({ unread: 1 }),
      }),
    );
  });

  test.each([
    ['ScopeLocked', 'ReadOnlyLock'],
    ['ReadOnlyDisabledSubscription', 'ReadOnlySubscription'],
  ])('ARM-17: as it can only be read (%s), has its first try counted, and why', async (refused, skipped) => {
    const { fail, work, runTimer, of, plan } = stage();
    fail(fault(409, refused, 'It can only be read.'));
    await runTimer();
    await work();

    const planned = await plan();
    const second = await runTimer();

    expect(planned).toMatchObject({ decision: 'skip', code: skipped });
    expect(second).toMatchObject({ due: 1, unread: 1 });
    expect(of('error').at(-1)).toMatchObject({
      message: 'The account could not be read the last time',
      fields: { code: refused, tries: 1 },
    });
  });

  test('is told of, too, where its times are known from before', async () => {
    const { app, fail, work, runTimer, plan } = stage();
    fail(undefined);
    await runTimer();
    await work();
    await app.world.run(app.world.now() + 80 * DAY);
    fail(fail500());
    await runTimer();
    await work();

    expect(await plan()).toMatchObject({
      ...{ decision: 'rotate', failedTry: 'InternalServerError' },
      reason: expect.stringContaining('could not take it up; it was tried once'),
    });
  });

  test('is as any other once it can be', async () => {
    const { fail, work, runTimer, plan } = stage();
    await runTimer();
    for (let i = 0; i < 3; i++) await work();
    fail(undefined);
    await work();

    const planned = await plan();

    expect(planned).not.toHaveProperty('failedTry');
    expect(planned).toMatchObject({ decision: 'blocked', code: 'Overlap' });
    expect(await runTimer()).toMatchObject({ unread: 0 });
  });

  test.each<[string, Failure, string]>([
    ['which is final, is an error at once', fault(403, 'AuthorizationFailed', 'A role is missing.'), 'error'],
    [
      'since ARM asks for time, is a warning',
      fault(429, 'SubscriptionRequestsThrottled', 'Later.', { passing: true, retryAfterSeconds: 17 }),
      'warn',
    ],
  ])('%s', async (_, failure, level) => {
    const { fail, work, runTimer, of, plan } = stage();
    fail(failure);
    await runTimer();
    for (let i = 0; i < 4; i++) await work();

    expect(new Set(of(level).map(({ fields }) => (fields as { code?: string }).code))).toEqual(
      new Set([failure.code]),
    );
    if (level === 'warn') expect(of('error')).toEqual([]);
    expect(await plan()).toMatchObject({
      failedTry: failure.code,
      reason: expect.stringContaining(failure.message),
    });
  });
});
