import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Stage, startStage } from '../http/stage.ts';
import {
  accessibilityFindings,
  findBrowser,
  HOW_TO_GET_A_BROWSER,
  keepScreenshot,
  launchBrowser,
  newPage,
} from './support/browser.ts';

const executablePath = findBrowser();

describe.skipIf(executablePath === undefined)(`a browser's disk (${HOW_TO_GET_A_BROWSER})`, () => {
  let stage: Stage;
  let browser: Browser;
  let address: string;
  const profiles: string[] = [];

  beforeAll(async () => {
    stage = await startStage();
    browser = await launchBrowser(executablePath ?? '');
    stage.add('storefront', { tags: { 'key-rotation': 'enabled' } });
    address = `${stage.app.url}/api/status`;
  });
  afterAll(async () => {
    await browser?.close();
    await Promise.all(profiles.map((profile) => rm(profile, { recursive: true, force: true })));
    await stage?.close();
  });

  /** What is done in a browser with a profile of its own, and the files that have the key once it is closed. */
  async function filesWithKey(use: (page: Page) => Promise<void>): Promise<string[]> {
    const profile = await mkdtemp(path.join(tmpdir(), 'profile-'));
    profiles.push(profile);
    const context = await chromium.launchPersistentContext(profile, { executablePath: executablePath ?? '' });
    const [page] = context.pages();
    if (page === undefined) throw new Error('The browser has no page.');
    await use(page);
    // The browser writes sessions and history some seconds late, and the rest when it ends.
    await page.waitForTimeout(3000);
    await context.close();
    return findKey(profile, stage.app.functionKey);
  }

  async function typeKey(page: Page, text: string): Promise<void> {
    await page.getByLabel('Function key').click();
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
    await page.getByRole('table').waitFor();
  }

  test('SEC-06: a key that is typed in is in no file of the browser, and gone by a reload or by leaving', async () => {
    const found = await filesWithKey(async (page) => {
      await page.goto(address);
      await typeKey(page, ` "${stage.app.functionKey}"`);
      await page.getByRole('table').getByRole('link', { name: 'storefront' }).click();
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Refresh' }).click();
      await page.reload();
      expect(await page.getByLabel('Function key').inputValue()).toBe('');
      await typeKey(page, stage.app.functionKey);
      await page.goto(`${stage.app.url}/api/health`);
      await page.goBack();
      expect(await page.getByLabel('Function key').inputValue()).toBe('');
      await typeKey(page, stage.app.functionKey);

      expect(page.url()).not.toContain(stage.app.functionKey);
      expect(await page.content()).not.toContain(stage.app.functionKey);
      const kept = '[localStorage, sessionStorage, document.cookie, history.state, window.name]';
      expect(await page.evaluate(`JSON.stringify(${kept})`)).toBe('[{},{},"",null,""]');
    });

    expect(found).toEqual([]);
  });

  test('SEC-06: a page that the browser kept for its back button has forgotten the key', async () => {
    const { page } = await newPage(browser);
    await page.goto(address);
    await typeKey(page, stage.app.functionKey);
    // As the browser does it with a page that it keeps; whether it keeps one is up to it.
    await page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))");
    expect(await page.getByRole('table').count()).toBe(0);
    await page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))");
    await page.getByLabel('Function key').waitFor();
  });

  test.each(['#', '?'])(
    'SEC-06: a key in the address after %s is refused, since the browser has it',
    async (mark) => {
      const found = await filesWithKey(async (page) => {
        await page.goto(`${address}${mark}code=${stage.app.functionKey}`);
        await page.getByLabel('Function key').waitFor();
        await keepScreenshot(page, 'key-in-address');

        const alert = page.getByRole('alert');
        expect(await alert.textContent()).toMatch(/did not use it.*treat it as leaked.*make a new key/s);
        expect(await page.getByRole('table').count()).toBe(0);
        expect(page.url()).toBe(address);
        expect(await accessibilityFindings(page)).toEqual([]);
        await alert.getByRole('button', { name: 'Close' }).click();
        expect(await alert.count()).toBe(0);
      });

      expect(found).toEqual(expect.arrayContaining(['Default/Favicons', 'Default/History']));
    },
  );

  test('SEC-06: the same, where the page is open already', async () => {
    const { page } = await newPage(browser);
    await page.goto(address);
    await page.getByLabel('Function key').waitFor();
    await page.goto(`${address}#code=${stage.app.functionKey}`);

    await page.getByRole('alert').waitFor();
    expect(page.url()).toBe(address);
    expect(await page.getByRole('table').count()).toBe(0);
  });

  test('SEC-06: what can be no key is sent nowhere', async () => {
    const { page } = await newPage(browser);
    const sent: string[] = [];
    page.on('request', (request) => sent.push(request.headers()['x-functions-key'] ?? ''));
    await page.goto(address);
    await page.getByLabel('Function key').fill('two words');
    await page.keyboard.press('Enter');

    await page.getByText('This is no function key').waitFor();
    expect(sent.filter((key) => key !== '')).toEqual([]);
  });
});

/** The files below a folder that have the key in them, as any of the texts that a browser writes. */
async function findKey(folder: string, key: string): Promise<string[]> {
  const forms = [key, encodeURIComponent(key), JSON.stringify(key)].flatMap((text) => [
    Buffer.from(text, 'utf8'),
    Buffer.from(text, 'utf16le'),
    Buffer.from(Buffer.from(text).toString('base64').slice(0, -4)),
  ]);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.join(parentPath, name));
  const found: string[] = [];
  for (const file of files) {
    const content = await readFile(file).catch(() => Buffer.alloc(0));
    if (forms.some((form) => content.includes(form))) found.push(path.relative(folder, file));
  }
  return found.sort();
}
