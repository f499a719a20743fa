import { globSync, readFileSync } from 'node:fs';
import { InvocationContext, type Timer } from '@azure/functions';
import { describe, expect, test } from 'vitest';
import { rotateDueAccountsHandler } from '../../src/functions/rotate-due-accounts.ts';
import type { Loaded, Runtime } from '../../src/functions/runtime/runtime.ts';
import { nextRuns } from '../../src/settings/ncrontab.ts';
import { readSettings, type Settings } from '../../src/settings/settings.ts';

const SUBSCRIPTION = '21a9967a-e8a9-4656-a70b-96ff1c4d05a0';

/** A runtime whose timer's work is counted and done by nobody. */
function countingRuntime(): { runtime: Runtime; runs: () => number } {
  let runs = 0;
  const settings = readSettings({
    ROTATION_SCOPES: `/subscriptions/${SUBSCRIPTION}`,
    EVENT_GRID_TOPIC_ENDPOINT: 'https://localhost/topic',
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  }) as Settings;
  const loaded = {
    rotateDueAccounts: async () => {
      runs += 1;
      return { failed: 0, failedScopes: [] };
    },
  } as unknown as Loaded;
  const app = { settings, services: () => ({}) as never };
  return { runtime: { authLevel: 'function', load: async () => ({ loaded, app }) }, runs: () => runs };
}

describe('the timer', () => {
  test.for([
    ['nothing', {}],
    ['the old capitals', { IsPastDue: true }],
    ['no status', { isPastDue: true, scheduleStatus: null }],
    [
      'all of it',
      { isPastDue: false, schedule: { adjustForDST: true }, scheduleStatus: { last: '', next: '' } },
    ],
  ] as const)('TMR-08: does the same whatever the host says of it: %s', async ([, timer]) => {
    const { runtime, runs } = countingRuntime();
    const context = new InvocationContext({ functionName: 'rotateDueAccounts', logHandler: () => undefined });

    await rotateDueAccountsHandler(runtime)(timer as unknown as Timer, context);

    expect(runs()).toBe(1);
  });

  test('TMR-02: no timer asks to run at start', () => {
    const sources = globSync('src/functions/**/*.ts').map((file) => readFileSync(file, 'utf8'));

    expect(sources.filter((source) => source.includes('app.timer('))).toHaveLength(2);
    expect(sources.filter((source) => source.includes('runOnStartup'))).toEqual([]);
  });

  test('TMR-05: days are 24 hours apart where clocks are changed, and the leap day is one of them', () => {
    const days = [
      ['a night in spring', Date.UTC(2026, 2, 29, 0, 30)],
      ['a night in autumn', Date.UTC(2026, 9, 25, 0, 30)],
      ['the night of a leap day', Date.UTC(2028, 1, 28, 23, 30)],
    ] as const;

    const gaps = days.map(([, from]) => {
      const { next, second } = nextRuns('0 30 1 * * *', from);
      return (second - next) / 3_600_000;
    });

    expect(gaps).toEqual([24, 24, 24]);
    expect(new Date(nextRuns('0 0 3 * * *', Date.UTC(2028, 1, 28, 23)).next).toISOString()).toBe(
      '2028-02-29T03:00:00.000Z',
    );
  });
});
