import { describe, expect, test } from 'vitest';
import { rotateDueAccounts } from '../../../src/app/background/rotate-due-accounts.ts';
import { scopeId } from '../../../src/core/account/scope.ts';
import { unavailable } from '../../../src/core/failure.ts';
import { MAX_PAGES } from '../../../src/core/page-trail.ts';
import { TIMINGS } from '../../../src/core/rotation/timings.ts';
import type { FakeFleet, ListPage } from '../../fakes/fleet.ts';
import { createFleet, idIn, subscriptions } from '../../fakes/fleet.ts';

const [SICK = fail(), WELL = fail()] = subscriptions(2);

/** The link of the page that a link leads to. */
type NextLink = (link: string | undefined) => string;

function fail(): never {
  throw new Error('There are two.');
}

function sentTo(fleet: FakeFleet): string[] {
  return fleet.sent.map((message) => (message.kind === 'account' ? message.account.accountName : ''));
}

/** The first scope answers as told; the second has one account. */
function fleetOf(sick: (link: string | undefined) => ReturnType<ListPage>): FakeFleet {
  return createFleet(
    [SICK, WELL],
    () => (scope, link) => (scope === scopeId(SICK) ? sick(link) : { ids: [idIn(WELL, 'well')] }),
  );
}

describe('LIST-06: a run of the timer ends, names the scope, and takes each account once, where a nextLink', () => {
  test.each<[string, NextLink, string, number]>([
    ['leads to its own page', () => 'a', 'ListGoesInCircles', 3],
    ['goes round two pages', (link) => (link === 'a' ? 'b' : 'a'), 'ListGoesInCircles', 4],
    ['is ever new', (link) => `${Number(link ?? 0) + 1}`, 'ListHasNoEnd', MAX_PAGES],
  ])('%s', async (_, next, code, most) => {
    const fleet = fleetOf((link) => ({ ids: [idIn(SICK, 'one'), idIn(SICK, 'two')], next: next(link) }));

    const run = await rotateDueAccounts(fleet.services);

    expect(run.failedScopes).toMatchObject([{ scope: scopeId(SICK), failure: { code } }]);
    expect(sentTo(fleet).sort()).toEqual(['one', 'two', 'well']);
    expect(fleet.asked.filter(({ scope }) => scope === scopeId(SICK)).length).toBeLessThanOrEqual(most);
    expect(fleet.log.filter(({ level }) => level === 'error')).toEqual([
      { level: 'error', message: 'A scope could not be listed', fields: { scope: scopeId(SICK), code } },
    ]);
    expect(fleet.beats.rotateDueAccounts).toMatchObject({ seen: 3, due: 3, failedScopes: 1 });
  });

  test('is ever new, and each page takes a second: by the deadline of the run', async () => {
    const fleet = createFleet([SICK, WELL], ({ wait }) => async (scope, link) => {
      if (scope === scopeId(WELL)) return { ids: [idIn(WELL, 'well')] };
      await wait(1);
      return { ids: [], next: `${Number(link ?? 0) + 1}` };
    });

    const run = await rotateDueAccounts(fleet.services);

    expect(run.failedScopes).toMatchObject([{ failure: { code: 'ListNotFinished' } }]);
    expect(sentTo(fleet)).toEqual(['well']);
    expect(fleet.now()).toBeLessThanOrEqual(TIMINGS.listBudget + 1);
  });
});

test('IDN-06: the log has what a service answered, and by which its support finds the call', async () => {
  const correlationId = '0a1b2c3d-4e5f-4a71-8b9c-0d1e2f3a4b5c';
  const refused = { correlationId, serviceStatus: 400, passing: false };
  const fleet = fleetOf(() => ({
    kind: 'failed',
    failure: unavailable('IdentityUnavailable', 'No token.', refused),
  }));

  await rotateDueAccounts(fleet.services);

  const fields = { scope: scopeId(SICK), code: 'IdentityUnavailable', serviceStatus: 400, correlationId };
  expect(fleet.log).toContainEqual({ level: 'error', message: 'A scope could not be listed', fields });
});

describe('LOAD-01: a run of the timer', () => {
  test.each([
    ['twelve scopes', 12],
    ['a hundred scopes', 100],
  ])('ends in time where %s hang, and says so of each of them', async (_, count) => {
    const scopes = subscriptions(count);
    const fleet = createFleet(scopes, ({ wait }) => async () => {
      await wait(TIMINGS.callTimeout);
      return { kind: 'failed', failure: unavailable('IdentityUnavailable', 'No token.') };
    });

    const run = await rotateDueAccounts(fleet.services);

    expect(run.failedScopes.map(({ scope }) => scope).sort()).toEqual(scopes.map(scopeId));
    expect(fleet.now()).toBeLessThanOrEqual(TIMINGS.listBudget + TIMINGS.callTimeout);
    expect(fleet.most()).toBe(8);
    if (count === 12) expect(fleet.now()).toBeLessThan(80);
  });

  test('lists the others meanwhile where one scope hangs', async () => {
    const times: number[] = [];
    const fleet = createFleet(subscriptions(20), ({ wait }) => async (scope) => {
      await wait(scope.endsWith('-000000000000') ? 100 : 0.1);
      times.push(fleet.now());
      return { ids: [idIn(scope, 'one')] };
    });

    const run = await rotateDueAccounts(fleet.services);

    expect(run).toMatchObject({ seen: 20, failedScopes: [] });
    expect(times.filter((time) => time < 1)).toHaveLength(19);
  });
});

describe('NAME-06: what a list gives', () => {
  test.each([
    ['a combining mark in the resource group', idIn(WELL, 'one', 'rg-Gro\u0308ße')],
    ['the marks of Devanagari', idIn(WELL, 'one', 'मानचित्र')],
    ['a connecting mark', idIn(WELL, 'one', 'rg\u203fmaps')],
    ['a name of a newer api-version', idIn(WELL, 'Karten (Süd), 1+1 = 2')],
    ['a name in another script', idIn(WELL, '地図')],
  ])('is handled: %s', async (_, id) => {
    const fleet = createFleet([WELL], () => () => ({ ids: [id] }));

    const run = await rotateDueAccounts(fleet.services);

    expect(run).toMatchObject({ seen: 1, due: 1, unreadable: 0 });
  });

  test.each([
    ['of another type', idIn(WELL, 'one').replace('/accounts/', '/creators/')],
    ['with a line break', `${idIn(WELL, 'one')}\n`],
    ['with a character that turns the text round', idIn(WELL, 'a\u202eb')],
    ['with dots for a name', idIn(WELL, '..')],
    ['that is none', 'account'],
    ['that is empty', ''],
  ])('is reported: an id %s', async (_, id) => {
    const fleet = createFleet([WELL], () => () => ({ ids: [id, idIn(WELL, 'one'), id] }));

    const run = await rotateDueAccounts(fleet.services);

    expect(run).toMatchObject({ seen: 1, due: 1, unreadable: 1, failedScopes: [] });
    expect(fleet.beats.rotateDueAccounts).toMatchObject({ unreadable: 1 });
    const [line, ...others] = fleet.log.filter(({ level }) => level === 'error');
    expect(others).toEqual([]);
    expect(line?.message).toBe('An account has an id that the app can not go by');
    expect(JSON.stringify(line?.fields)).not.toMatch(/\\n|\u202e/);
  });
});
