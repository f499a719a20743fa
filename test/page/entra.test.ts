import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Stage, startStage } from '../http/stage.ts';
import { findBrowser, HOW_TO_GET_A_BROWSER, launchBrowser, newPage } from './support/browser.ts';

const path = findBrowser();

describe.skipIf(path === undefined)(`the page behind Entra ID sign-in (${HOW_TO_GET_A_BROWSER})`, () => {
  let stage: Stage;
  let browser: Browser;
  let address: string;

  beforeAll(async () => {
    stage = await startStage({ environment: { HTTP_AUTH: 'entra' } });
    browser = await launchBrowser(path ?? '');
    address = `${stage.app.url}/api/status`;
  });
  afterAll(async () => {
    await browser?.close();
    await stage?.close();
  });

  const principal = (...roles: string[]) => ({
    'x-ms-client-principal': Buffer.from(
      JSON.stringify({ claims: roles.map((val) => ({ typ: 'roles', val })) }),
    ).toString('base64'),
  });

  test('who is not signed in is sent to the sign-in, and back here after it', async () => {
    const { page } = await newPage(browser);
    await page.goto(address);
    const link = page.getByRole('link', { name: 'Sign in with Microsoft Entra ID' });

    expect(await link.getAttribute('href')).toBe('/.auth/login/aad?post_login_redirect_uri=/api/status');
    expect(await page.getByLabel('Function key').count()).toBe(0);
  });

  test('who lacks the role to see is told which one', async () => {
    const { page } = await newPage(browser, { extraHTTPHeaders: principal('Keys.Read') });
    await page.goto(address);

    await page.getByRole('heading', { name: 'You may not see this' }).waitFor();
    expect(await page.getByRole('main').textContent()).toContain('Rotations.Read');
  });

  test('who may see but not rotate is told so, and what to do', async () => {
    const id = stage.add('read-only', { tags: { 'key-rotation': 'enabled' } });
    const { page } = await newPage(browser, { extraHTTPHeaders: principal('Rotations.Read') });
    await page.goto(address);

    await page.getByRole('button', { name: 'Rotate read-only' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Regenerate the key not in use' }).click();

    await dialog.getByText('app role Rotations.Rotate').waitFor();
    expect(await dialog.textContent()).toContain('What to do: Ask the owner');
    expect(stage.azure.regenerations.filter(({ accountId }) => accountId === id)).toEqual([]);
  });
});
