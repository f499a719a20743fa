import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Stage, startStage } from '../http/stage.ts';
import {
  accessibilityFindings,
  findBrowser,
  HOW_TO_GET_A_BROWSER,
  keepScreenshot,
  launchBrowser,
  newPage,
  signIn,
} from './support/browser.ts';

const path = findBrowser();
const DAY = 86_400_000;
const OLD = { tags: { 'key-rotation': 'enabled' }, createdAt: new Date(Date.now() - 200 * DAY) };

describe.skipIf(path === undefined)(`the page of the running app (${HOW_TO_GET_A_BROWSER})`, () => {
  let stage: Stage;
  let browser: Browser;

  beforeAll(async () => {
    stage = await startStage();
    browser = await launchBrowser(path ?? '');
  });
  afterAll(async () => {
    await browser?.close();
    await stage?.close();
  });

  const regenerations = (id: string) => stage.azure.regenerations.filter(({ accountId }) => accountId === id);
  const address = () => `${stage.app.url}/api/status`;
  const openDialog = async (page: Page, name: string) => {
    await page.getByRole('button', { name: `Rotate ${name}` }).click();
    return page.getByRole('dialog');
  };

  test('without a key it asks for one, says when that is wrong, and goes on with the right one', async () => {
    const { page, faults } = await newPage(browser);
    await page.goto(address());
    const field = page.getByLabel('Function key');
    await field.waitFor();
    await keepScreenshot(page, 'sign-in');
    const findings = await accessibilityFindings(page);

    await field.fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('The app refused this key.').waitFor();
    await field.fill(stage.app.functionKey);
    await page.keyboard.press('Enter');
    await page.getByRole('table').waitFor();

    expect(findings).toEqual([]);
    expect(faults).toEqual([]);
  });

  test('an account is rotated from the page, and seen to complete; then its other key, with force', async () => {
    const id = stage.add('storefront', OLD);
    const answers: string[] = [];
    const { page, faults } = await newPage(browser);
    page.on('response', (response) =>
      response.text().then(
        (text) => answers.push(text),
        () => undefined,
      ),
    );
    await signIn(page, address(), stage.app.functionKey);

    const dialog = await openDialog(page, 'storefront');
    await dialog.getByRole('button', { name: 'Regenerate the key not in use' }).click();
    await dialog.getByText('Done. The secondary key was regenerated').waitFor();
    await keepScreenshot(page, 'rotated');
    await dialog.getByRole('button', { name: 'Close' }).click();
    const row = page.getByRole('row').filter({ hasText: 'storefront' });
    await row.getByText('Overlap').waitFor();
    await row.getByText('Completed').waitFor();

    const again = await openDialog(page, 'storefront');
    const confirm = again.getByRole('button', { name: 'Regenerate the primary key' });
    expect(await again.textContent()).toContain('The secondary key, which is in use, goes on working.');
    expect(await confirm.isDisabled()).toBe(true);
    await again.getByLabel('The key has leaked').check();
    await confirm.click();
    await again.getByText('Done. The primary key was regenerated').waitFor();

    expect(regenerations(id).map(({ keyType }) => keyType)).toEqual(['secondary', 'primary']);
    expect(stage.azure.events.filter(({ source }) => decodeURI(source) === id)).toHaveLength(2);
    const keys = [...stage.azure.everyKey].filter((key) => answers.join().includes(key));
    expect(keys).toEqual([]);
    expect(faults).toEqual([]);
  });

  test('where the answer is lost, asking again joins the first request: one key is regenerated', async () => {
    const id = stage.add('lost-answer', OLD);
    const { page } = await newPage(browser);
    const sent: (string | undefined)[] = [];
    await page.route('**/rotate', async (route) => {
      const { 'repeatability-request-id': requestId, origin } = await route.request().allHeaders();
      sent.push(requestId, origin);
      const answer = await route.fetch();
      return sent.length > 2 ? route.fulfill({ response: answer }) : route.abort();
    });
    await signIn(page, address(), stage.app.functionKey);

    const dialog = await openDialog(page, 'lost-answer');
    await dialog.getByRole('button', { name: 'Regenerate the key not in use' }).click();
    await dialog.getByText('The app did not answer.').waitFor();
    await dialog.getByRole('button', { name: 'Ask again' }).click();
    await dialog.getByText('Done. The secondary key was regenerated').waitFor();

    expect(regenerations(id)).toHaveLength(1);
    expect(sent).toEqual([sent[0], stage.app.url, sent[0], stage.app.url]);
  });

  test('who closes the dialog before it is over sees in the table what became of it', async () => {
    stage.add('closed-early', OLD);
    const { page } = await newPage(browser);
    await page.route('**/rotate', async (route) => {
      await route.fetch();
      await route.abort();
    });
    await signIn(page, address(), stage.app.functionKey);

    const dialog = await openDialog(page, 'closed-early');
    await dialog.getByRole('button', { name: 'Regenerate the key not in use' }).click();
    await dialog.getByText('The app did not answer.').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).or(dialog.getByText('Cancel')).click();

    await page.getByRole('row').filter({ hasText: 'closed-early' }).getByText('Completed').waitFor();
  });

  test('the history of an account is a link of its own', async () => {
    const id = stage.add('with-history', OLD);
    await stage.app.fetch(`/api${id}/rotate`, { method: 'POST' });
    const { page } = await newPage(browser);
    await signIn(page, address(), stage.app.functionKey);
    await page.getByRole('table').getByRole('link', { name: 'with-history' }).click();

    const dialog = page.getByRole('dialog', { name: 'Rotations of with-history' });
    await dialog.getByText('Completed').waitFor();
    expect(page.url()).toBe(`${address()}#history=${encodeURIComponent(id)}`);
    await page.keyboard.press('Escape');
    await page.waitForURL(address());
  });
});
