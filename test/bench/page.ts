import { GROUP, SUBSCRIPTION, startStage } from '../http/stage.ts';
import {
  findBrowser,
  HOW_TO_GET_A_BROWSER,
  launchBrowser,
  newPage,
  signIn,
} from '../page/support/browser.ts';
import { print, printTable } from './figures.ts';

const SIZE = 10_000;

/** What the policy says without a key having been read, so that no row has to be written for it. */
const TAGS: readonly Record<string, string>[] = [
  { 'key-rotation': 'enabled' },
  { 'key-rotation': 'enabled', 'key-rotation-max-age': 'ninety days' },
  {},
];

/** The status page of the running app before a large fleet: what an operator waits for. */
export async function benchPage(): Promise<void> {
  const path = findBrowser();
  if (path === undefined) return print(`The status page was not measured: ${HOW_TO_GET_A_BROWSER}`);
  const accounts = Array.from({ length: SIZE }, (_, i) => ({
    subscriptionId: SUBSCRIPTION,
    resourceGroup: GROUP,
    name: `map-${String(i).padStart(5, '0')}`,
    tags: TAGS[i % 100] ?? TAGS[0] ?? {},
  }));
  const stage = await startStage({ azure: { accounts, pageSize: 100 } });
  const browser = await launchBrowser(path);
  try {
    const { page } = await newPage(browser);
    const startedAt = performance.now();
    const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(1);
    await signIn(page, `${stage.app.url}/api/status`, stage.app.functionKey);
    await page.locator('tbody tr').first().waitFor();
    const first = seconds();
    await page.getByLabel('Search').fill('map-00042');
    await page.getByRole('row').filter({ hasText: 'map-00042' }).waitFor();
    const found = seconds();
    await page.getByText(`1 of ${SIZE.toLocaleString('en')} accounts`).waitFor({ timeout: 100_000 });
    print(
      `The status page of the running app with ${SIZE.toLocaleString('en')} accounts, seconds from its address`,
    );
    printTable(['first accounts', 'one found by its name', 'all accounts'], [[first, found, seconds()]]);
  } finally {
    await browser.close();
    await stage.close();
  }
}
