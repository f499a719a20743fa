import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  accessibilityFindings,
  findBrowser,
  HOW_TO_GET_A_BROWSER,
  keepScreenshot,
  launchBrowser,
} from './support/browser.ts';
import { accountId, planRow, rotation } from './support/fleet.ts';
import { openPage } from './support/stand-in.ts';

const path = findBrowser();
const ATTACK = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
const HOUR = 3_600_000;
const now = Date.now();

const FLEET = {
  plan: [
    planRow('map-storefront', { decision: 'rotate', code: 'overdue', overdue: true, olderKeyAgeDays: 97 }),
    planRow('map-tracking', { decision: 'rotate', code: 'due', olderKeyAgeDays: 84 }),
    planRow('map-logistics'),
    planRow('map-depot', { verified: false, newerKeyAgeDays: 0.04 }),
    planRow('map-fleet', {
      decision: 'blocked',
      code: 'Overlap',
      reason: 'Too early.',
      blockedUntil: new Date(now + 60 * HOUR).toISOString(),
    }),
    planRow('map-kiosk', {
      decision: 'blocked',
      code: 'EventPending',
      reason: 'Event Grid has not yet accepted the event.',
    }),
    planRow('map-legacy', { decision: 'skip', code: 'Disabled', reason: 'Rotation is not enabled.' }),
    planRow('map-partner', {
      decision: 'skip',
      code: 'Misconfigured',
      reason: `The tag key-rotation is '${ATTACK}'.`,
    }),
    planRow('x', { accountId: accountId(ATTACK), decision: 'skip', code: 'InUseUnknown', reason: ATTACK }),
    planRow('map-checkout', {
      decision: 'running',
      code: 'Timeout',
      reason: 'Azure Resource Manager did not answer.',
    }),
    planRow(`map-${'long-name-'.repeat(8)}end`, { decision: 'unread' }),
  ],
  errors: [{ scope: `/subscriptions/${ATTACK}`, code: ATTACK, message: ATTACK }],
  rotations: [
    rotation('map-checkout', now - 30_000, { state: 'started', error: { code: 'Timeout', message: ATTACK } }),
    rotation('map-depot', now - HOUR, { verified: false }),
    rotation('map-logistics', now - 5 * HOUR, {
      state: 'failed',
      reason: 'overdue',
      error: {
        code: 'AuthorizationFailed',
        message: 'Azure Resource Manager answered 403: the identity needs a role.',
      },
    }),
    rotation('map-fleet', now - 100 * HOUR, { trigger: 'http', reason: 'requested' }),
  ],
  health: {
    status: 'unhealthy' as const,
    timers: [
      { timer: 'rotateDueAccounts' as const, lastRun: new Date(now - 50 * HOUR).toISOString(), late: true },
      {
        timer: 'reconcileRotations' as const,
        lastRun: new Date(now - 60_000).toISOString(),
        late: false,
        counts: { woken: 2 },
      },
    ],
  },
};

describe.skipIf(path === undefined)(`the page (${HOW_TO_GET_A_BROWSER})`, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser(path ?? '');
  });
  afterAll(() => browser?.close());

  async function open(options: BrowserContextOptions = {}) {
    const watched = await openPage(browser, FLEET, options);
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
