import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContextOptions, Route } from 'playwright-core';
import type { HealthAnswer, PlanRow, RotationRow, ScopeError } from '../../../src/web/page/status/wire.ts';
import type { Watched } from './browser.ts';
import { newPage } from './browser.ts';

/** What the stand-in for the app answers. */
export interface StandIn {
  readonly plan: readonly PlanRow[];
  readonly errors?: readonly ScopeError[];
  readonly rotations?: readonly RotationRow[];
  readonly health?: HealthAnswer;
  readonly pageSize?: number;
  readonly delayMs?: number;
  /** Answers what is asked before anything else does. */
  readonly answer?: (route: Route, url: URL) => Promise<void> | undefined;
}

export const HOST = 'https://app.example';

const HEALTHY: HealthAnswer = {
  status: 'healthy',
  timers: [
    { timer: 'rotateDueAccounts', lastRunAt: new Date(Date.now() - 3_600_000).toISOString(), late: false },
    { timer: 'reconcileRotations', lastRunAt: new Date(Date.now() - 60_000).toISOString(), late: false },
  ],
};

/** The page as it is built, before answers of the app's form that no real app would give in seconds. */
export async function openPage(
  browser: Browser,
  standIn: StandIn,
  options: BrowserContextOptions = {},
): Promise<Watched> {
  const watched = await newPage(browser, options);
  const { html, policy } = await import(pathToFileURL(resolve('dist/status-page.js')).href);
  await watched.page.route(`${HOST}/**`, async (route) => {
    const url = new URL(route.request().url());
    const answered = standIn.answer?.(route, url);
    if (answered !== undefined) return answered;
    if (url.pathname === '/api/status') {
      const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy };
      return route.fulfill({ headers, body: html });
    }
    if (standIn.delayMs) await new Promise((go) => setTimeout(go, standIn.delayMs));
    return route.fulfill({ json: answerOf(standIn, url), headers: { date: new Date().toUTCString() } });
  });
  await watched.page.goto(`${HOST}/api/status`);
  return watched;
}

function answerOf(standIn: StandIn, { pathname, searchParams }: URL): unknown {
  const { plan, errors, rotations = [], health = HEALTHY, pageSize = 100 } = standIn;
  if (pathname === '/api/health') return health;
  const from = Number(searchParams.get('skipToken') ?? 0);
  if (pathname === '/api/rotations/plan') {
    const next =
      from + pageSize < plan.length
        ? `http://inside/api/rotations/plan?skipToken=${from + pageSize}`
        : undefined;
    return {
      value: plan.slice(from, from + pageSize),
      ...(errors && { errors }),
      timers: [],
      nextLink: next,
    };
  }
  const found = rotations.filter(
    ({ state, accountId }) =>
      [null, String(state)].includes(searchParams.get('state')) &&
      [null, accountId].includes(searchParams.get('accountId')),
  );
  return {
    value: found.slice(from, from + 50),
    ...(found.length > from + 50 && { nextLink: `http://inside/?skipToken=${from + 50}` }),
  };
}
