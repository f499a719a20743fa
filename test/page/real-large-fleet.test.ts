import { expect, onTestFinished, test } from 'vitest';
import { GROUP, SUBSCRIPTION, startStage } from '../http/stage.ts';
import { findBrowser, HOW_TO_GET_A_BROWSER, launchBrowser, newPage } from './support/browser.ts';

const SIZE = 10_000;
const path = findBrowser();

/** What the policy says without a key having been read, so that no row has to be written for it. */
const TAGS: readonly Record<string, string>[] = [
  { 'key-rotation': 'enabled' },
  { 'key-rotation': 'enabled', 'key-rotation-max-age': 'ninety days' },
  {},
];

test.skipIf(path === undefined)(
  `10,000 accounts of the running app show page by page, and can be searched meanwhile (${HOW_TO_GET_A_BROWSER})`,
  async () => {
    const accounts = Array.from({ length: SIZE }, (_, i) => {
      const name = `map-${String(i).padStart(5, '0')}`;
      return {
        subscriptionId: SUBSCRIPTION,
        resourceGroup: GROUP,
        name,
        tags: TAGS[i % 100] ?? TAGS[0] ?? {},
      };
    });
    const stage = await startStage({ azure: { accounts, pageSize: 100 } });
    onTestFinished(() => stage.close());
    const browser = await launchBrowser(path ?? '');
    onTestFinished(() => browser.close());
    const { page, faults } = await newPage(browser);
    const startedAt = performance.now();
    const sinceStart = () => Math.round(performance.now() - startedAt);

    await page.goto(`${stage.app.url}/api/status#code=${stage.app.functionKey}`);
    await page.locator('tbody tr').first().waitFor();
    const firstRows = sinceStart();
    await page.getByLabel('Search').fill('map-00042');
    await page.getByRole('row').filter({ hasText: 'map-00042' }).waitFor();
    const found = sinceStart();
    await page.getByText(`1 of ${SIZE.toLocaleString('en')} accounts`).waitFor({ timeout: 100_000 });
    const all = sinceStart();
    const misconfigured = await page.getByRole('button', { name: /Misconfigured/ }).textContent();

    console.info(`First rows after ${firstRows} ms, a search after ${found} ms, all ${SIZE} after ${all} ms`);
    expect(firstRows).toBeLessThan(all / 2);
    expect(found).toBeLessThan(all);
    expect(misconfigured).toContain('100');
    expect(faults).toEqual([]);
  },
  120_000,
);
