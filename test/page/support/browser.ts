import { accessSync, constants, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const SCREENSHOTS = 'artifacts/status-page';

export const HOW_TO_GET_A_BROWSER =
  'needs Chromium: apt-get install chromium (or Google Chrome), or its path in CHROMIUM_PATH';

/** The browser of this machine. In CI there has to be one. */
export function findBrowser(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  const path = process.env.CHROMIUM_PATH ?? candidates.find(isProgram);
  if (path === undefined && process.env.CI) throw new Error(`The test of the page ${HOW_TO_GET_A_BROWSER}`);
  return path;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath });
}

export interface Watched {
  readonly page: Page;
  /** What the browser blocked, and what the page threw. */
  readonly faults: string[];
}

/** A page of its own session, of which everything that goes wrong in it is kept. */
export async function newPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(50_000);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    // A status such as 401 is an answer, not a fault of the page.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) {
      faults.push(message.text());
    }
  });
  await page.exposeFunction('reportViolation', (directive: string) => faults.push(`blocked: ${directive}`));
  await page.addInitScript(
    "addEventListener('securitypolicyviolation', ({ violatedDirective }) => reportViolation(violatedDirective))",
  );
  return { page, faults };
}

/** As people do: the key is typed in, into no address. */
export async function signIn(page: Page, address: string, key: string): Promise<void> {
  await page.goto(address);
  await page.getByLabel('Function key').fill(key);
  await page.keyboard.press('Enter');
}

/** What axe-core finds, shortened to rule and place. */
export async function accessibilityFindings(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate(
    'axe.run(document, { resultTypes: ["violations"] })',
  )) as axe.AxeResults;
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`),
  );
}

/** Kept by CI, for those who want to see what a change looks like. */
export async function keepScreenshot(page: Page, name: string, fullPage = false): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: `${SCREENSHOTS}/${name}.png`, fullPage });
}
