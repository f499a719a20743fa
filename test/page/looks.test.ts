import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  accessibilityFindings,
  findBrowser,
  HOW_TO_GET_A_BROWSER,
  keepScreenshot,
  launchBrowser,
} from './support/browser.ts';
import type { StandIn } from './support/stand-in.ts';
import { openPage } from './support/stand-in.ts';
import { ATTACK, TROUBLED_FLEET } from './support/troubled-fleet.ts';

const path = findBrowser();
describe.skipIf(path === undefined)(`the page (${HOW_TO_GET_A_BROWSER})`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser(path ?? '');
  });
  afterAll(() => browser?.close());

  async function open(options: BrowserContextOptions = {}) {
    const watched = await openPage(browser, TROUBLED_FLEET, options);
    await watched.page.getByText('11 accounts', { exact: true }).first().waitFor();
    return watched;
  }

  const openDialog = (page: Page) => page.getByRole('button', { name: 'Rotate map-logistics' }).click();

  test.each(['light', 'dark'] as const)(
    'axe-core finds nothing in %s colours, nor in a dialog',
    async (colorScheme) => {
      const { page, faults } = await open({ colorScheme });
      await keepScreenshot(page, colorScheme, true);
      const found = await accessibilityFindings(page);
      await openDialog(page);
      await keepScreenshot(page, `dialog-${colorScheme}`);
      const inDialog = await accessibilityFindings(page);

      expect([...found, ...inDialog]).toEqual([]);
      expect(faults).toEqual([]);
    },
  );

  test('dark colours come with the system, and with the button', async () => {
    const { page } = await open({ colorScheme: 'dark' });
    const background = () => page.evaluate('getComputedStyle(document.documentElement).backgroundColor');

    const dark = await background();
    await page.getByRole('button', { name: 'Light colours' }).click();
    const light = await background();
    await page.getByRole('button', { name: 'Dark colours' }).click();

    expect(light).not.toBe(dark);
    expect(await background()).toBe(dark);
  });

  test('on a phone nothing has to be scrolled sideways, and axe-core finds nothing', async () => {
    const { page } = await open({ viewport: { width: 360, height: 740 } });
    await keepScreenshot(page, 'phone', true);

    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await openDialog(page);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await keepScreenshot(page, 'phone-dialog');
    expect(await accessibilityFindings(page)).toEqual([]);
  });

  test('where the app stops answering, a refresh keeps what is known and says how old it is', async () => {
    let isDown = false;
    const answer: StandIn['answer'] = (route, url) =>
      isDown && url.pathname !== '/api/status' ? route.fulfill({ status: 500, json: {} }) : undefined;
    const { page } = await openPage(browser, { ...TROUBLED_FLEET, answer });
    const row = page.getByRole('row').filter({ hasText: 'map-logistics' });
    await row.waitFor();

    isDown = true;
    await page.getByRole('button', { name: 'Refresh' }).click();
    await page.getByRole('heading', { name: 'The fleet could not be read' }).waitFor();

    expect(await page.getByRole('alert').textContent()).toContain('may not be all of it, and is as of 20');
    expect(await row.isVisible()).toBe(true);
  });

  test('printed, it has the facts and no controls', async () => {
    const { page } = await open();
    await page.emulateMedia({ media: 'print' });
    await keepScreenshot(page, 'print', true);

    expect(await page.getByRole('button', { name: /Refresh|Rotate|colours|Show/ }).count()).toBe(0);
    expect(await page.getByLabel('Search').isVisible()).toBe(false);
    expect(await page.getByRole('table').isVisible()).toBe(true);
    expect(await page.getByText('What to do:').first().isVisible()).toBe(true);
  });

  test('what others wrote into names, tags and messages is text', async () => {
    const { page, faults } = await open();
    await page.getByRole('link', { name: ATTACK }).first().click();
    await page.getByRole('dialog').waitFor();

    expect(await page.title()).toBe('Maps key rotation');
    expect(await page.locator('img, script[src], #app script').count()).toBe(0);
    expect(await page.getByText(ATTACK).count()).toBeGreaterThan(5);
    expect(faults).toEqual([]);
  });

  test('failures come first, each with its reason and what to do', async () => {
    const { page } = await open();

    const titles = await page.locator('.concern h3').allTextContents();
    expect(titles[0]).toMatch(/^A timer has stopped/);
    expect(titles[1]).toMatch(/^Failed: Permission missing AuthorizationFailed/);
    const failed = page.locator('.concern').nth(1);
    expect(await failed.textContent()).toContain('the identity needs a role');
    expect(await failed.textContent()).toContain('What to do: Assign the role');
    expect(titles.join()).toMatch(/Wrong tags.*Key in use not known|Key in use not known.*Wrong tags/);
    expect(titles.join()).toContain('New keys that Azure Maps refused');
  });

  test('the dry run says what the timer would do now', async () => {
    const { page } = await open();
    const section = page.getByRole('region', { name: 'What the timer would do now' });

    expect(await section.textContent()).toContain('Regenerate 2 keys');
    expect(await section.textContent()).toMatch(/map-storefront \(rg-maps\): secondary key/);
  });

  test('all of it works by the keyboard alone', async () => {
    const { page } = await open();
    const focused = () =>
      page.evaluate('document.activeElement.getAttribute("aria-label") ?? document.activeElement.id');
    const tabTo = async (name: string) => {
      for (let i = 0; i < 60 && (await focused()) !== name; i++) await page.keyboard.press('Tab');
      expect(await focused()).toBe(name);
    };
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await focused()).toBe('main');

    await tabTo('search');
    await page.keyboard.type('logistics');
    await tabTo('Rotate map-logistics');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    const isInside = () =>
      page.evaluate(
        'document.querySelector("dialog").contains(document.activeElement) || document.activeElement === document.body',
      );
    const inside: unknown[] = [await isInside()];
    for (let i = 0; i < 6; i++) {
      await page.keyboard.press('Tab');
      inside.push(await isInside());
    }
    expect(inside).toEqual(inside.map(() => true));
    expect(await page.getByRole('button', { name: 'Regenerate the secondary key' }).isDisabled()).toBe(true);

    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await focused()).toBe('Rotate map-logistics');
  });
});
