import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { largeFleet, rotation } from '../web/page/support/fleet.ts';
import type { Watched } from './support/browser.ts';
import { findBrowser, HOW_TO_GET_A_BROWSER, keepScreenshot, launchBrowser } from './support/browser.ts';
import { openPage } from './support/stand-in.ts';

const SIZE = 10_000;
const path = findBrowser();

describe.skipIf(path === undefined)(`10,000 accounts (${HOW_TO_GET_A_BROWSER})`, () => {
  let browser: Browser;
  let watched: Watched;
  let firstRowsAfter: number;

  beforeAll(async () => {
    browser = await launchBrowser(path ?? '');
    const plan = largeFleet(SIZE);
    const failed = rotation('map-00001', Date.now() - 60_000, {
      accountId: plan[1]?.accountId ?? '',
      state: 'failed',
      error: { code: 'AuthorizationFailed', message: 'The app’s identity needs a role.' },
    });
    const startedAt = performance.now();
    watched = await openPage(browser, { plan, rotations: [failed], delayMs: 5 });
    await watched.page.locator('tbody tr').first().waitFor();
    firstRowsAfter = performance.now() - startedAt;
  });
  afterAll(() => browser?.close());

  const rows = () => watched.page.locator('tbody tr');
  const names = () => watched.page.locator('tbody th').allTextContents();

  test('the first accounts show while the others still come in', async () => {
    await watched.page.getByText('10,000 accounts', { exact: true }).first().waitFor();

    const loaded = (await watched.page.evaluate('performance.now()')) as number;
    console.info(
      `First rows after ${Math.round(firstRowsAfter)} ms, all 10,000 after ${Math.round(loaded)} ms`,
    );
    expect(firstRowsAfter).toBeLessThan(5000);
    expect(await rows().count()).toBe(25);
  });

  test('the numbers on top count all of them, and narrow the table', async () => {
    const { page } = watched;
    await page.getByRole('button', { name: '100 Overdue' }).click();

    expect(await page.getByRole('button', { name: 'Accounts' }).first().textContent()).toContain('10,000');
    await page.getByText('100 of 10,000 accounts').waitFor();
    await page.getByRole('button', { name: '10,000 Accounts' }).click();
  });

  test('what went wrong comes first: in the list of concerns, and in the table', async () => {
    const first = await watched.page.locator('.concern h3').first().textContent();

    expect(first).toContain('Failed: Permission missing');
  });

  test('each key typed in the search costs the page less than 100 ms', async () => {
    const { page } = watched;
    const cost = await watchCost(page);
    const costs: number[] = [];
    await page.getByLabel('Search').focus();
    for (const key of 'map-0420 rg-team') {
      const before = await cost();
      await page.keyboard.type(key);
      await page.evaluate('new Promise((painted) => requestAnimationFrame(() => setTimeout(painted)))');
      costs.push((await cost()) - before);
    }

    console.info(`A key typed in the search costs ${costs.map(Math.round).join(', ')} ms`);
    expect(Math.max(...costs)).toBeLessThan(100);
    expect((await names()).sort()).toEqual(Array.from({ length: 10 }, (_, i) => `map-0420${i}`));
    await page.getByLabel('Search').fill('');
  });

  test.each(['Account', 'Resource group', 'State', 'Key ages', 'Next rotation', 'Last result'])(
    'the table sorts by %s, both ways',
    async (name) => {
      const { page } = watched;
      const header = page.getByRole('columnheader', { name });

      await header.getByRole('button').click();
      const once = await header.getAttribute('aria-sort');
      await header.getByRole('button').click();
      const twice = await header.getAttribute('aria-sort');

      expect([once, twice].sort()).toEqual(['ascending', 'descending']);
    },
  );

  test('the pages of the table lead through all rows', async () => {
    const { page } = watched;
    const header = page.getByRole('columnheader', { name: 'Account' });
    await header.getByRole('button').click();
    const ascending = (await header.getAttribute('aria-sort')) === 'ascending';

    await page.getByRole('button', { name: 'Next', exact: true }).click();

    await page.getByText('Rows 26 to 50 of 10,000').waitFor();
    expect((await names())[0]).toBe(ascending ? 'map-00025' : 'map-09974');
    await keepScreenshot(page, '10000-accounts', true);
    expect(watched.faults).toEqual([]);
  });
});

/** Milliseconds of the page's own thread so far: what else runs on the machine does not count. */
async function watchCost(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1000;
  };
}
