import { describe, expect, onTestFinished, test } from 'vitest';
import { findBrowser, HOW_TO_GET_A_BROWSER, launchBrowser } from '../../../test/page/support/browser.ts';
import type { LocalAzure } from '../../../tools/local-azure/local-azure.ts';
import { announce, regenerate, startWorld, subscribeApp, until } from './world.ts';

const path = findBrowser();

/** What Azure Maps answered to the page, which asks for nothing but tiles. */
function answers(azure: LocalAzure) {
  return azure.calls
    .filter(({ operation, method }) => operation === 'mapsRequest' && method === 'GET')
    .filter(({ path }) => path.startsWith('/map/tile'));
}

async function openPage(url: string) {
  const browser = await launchBrowser(path ?? '');
  onTestFinished(() => browser.close());
  const page = await browser.newPage({ ignoreHTTPSErrors: true });
  const seen = { loads: 0, errors: [] as string[] };
  page.on('pageerror', (error) => seen.errors.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && seen.errors.push(message.text()));
  page.on('load', () => {
    seen.loads += 1;
  });
  await page.goto(url);
  await page.locator('body[data-keys="1"]').waitFor();
  return { page, seen };
}

describe.skipIf(path === undefined)(`an open page (${HOW_TO_GET_A_BROWSER})`, () => {
  test('goes on while both keys are rotated in turn, without a reload or a refused tile', async () => {
    const world = await startWorld();
    const { azure, url } = world;
    const subscription = await subscribeApp(world);
    const { page, seen } = await openPage(url);

    for (const [index, keyType] of (['primary', 'secondary', 'primary', 'secondary'] as const).entries()) {
      await page.getByRole('button', { name: 'East' }).click();
      await announce(azure, await regenerate(azure, keyType));
      await subscription.settled();
      await page.getByRole('button', { name: 'South' }).click();
      await page.locator(`body[data-keys="${index + 2}"]`).waitFor();
    }
    await page.getByText('uses the secondary key').waitFor();

    expect(seen).toEqual({ loads: 1, errors: [] });
    expect(answers(azure).length).toBeGreaterThanOrEqual(9);
    expect(answers(azure).filter(({ status }) => status !== 200)).toEqual([]);
    for (const key of azure.everyKey) {
      expect(azure.calls.map(({ path }) => path).join(' ')).not.toContain(key);
      expect(await page.content()).not.toContain(key);
    }
  });

  test('recovers where somebody regenerates the very key that it uses', async () => {
    const world = await startWorld();
    const { azure, url } = world;
    await subscribeApp(world);
    const { page, seen } = await openPage(url);
    await page.getByText('uses the secondary key').waitFor();

    const data = await regenerate(azure, 'secondary');
    await page.getByRole('button', { name: 'East' }).click();
    await until(() => answers(azure).some(({ status }) => status === 401));
    await announce(azure, data);
    await page.getByText(`updated ${data.keyLastUpdated}`).waitFor();

    expect(seen.loads).toBe(1);
    expect(answers(azure).at(-1)).toMatchObject({ status: 200 });
  });
});
