import { describe, expect, test } from 'vitest';
import type { PlanPage } from '../../../src/app/fleet/plan-rotations.ts';
import { planRotations } from '../../../src/app/fleet/plan-rotations.ts';
import { scopeId } from '../../../src/core/account/scope.ts';
import { unavailable } from '../../../src/core/failure.ts';
import { MAX_PAGES } from '../../../src/core/page-trail.ts';
import { TIMINGS } from '../../../src/core/rotation/timings.ts';
import type { FakeFleet, ListPage } from '../../fakes/fleet.ts';
import { createFleet, idIn, subscriptions } from '../../fakes/fleet.ts';

const [SICK = missing(), WELL = missing()] = subscriptions(2);

/** The link of the page that a link leads to. */
type NextLink = (link: string | undefined) => string;

function missing(): never {
  throw new Error('There are two.');
}

/** As a caller does who follows each link. */
async function readAll({ services }: FakeFleet): Promise<{ pages: PlanPage[]; longest: number }> {
  const pages: PlanPage[] = [];
  let longest = 0;
  let continuation: string | undefined;
  do {
    const page = await planRotations(services, continuation);
    if (page.kind === 'failed') throw new Error(page.failure.code);
    pages.push(page.value);
    continuation = page.value.continuation;
    longest = Math.max(longest, continuation?.length ?? 0);
  } while (continuation !== undefined);
  return { pages, longest };
}

function failed(pages: readonly PlanPage[]): string[][] {
  return pages.flatMap(({ failedScopes }) => failedScopes.map(({ scope, failure }) => [scope, failure.code]));
}

function names(pages: readonly PlanPage[]): string[] {
  return pages.flatMap(({ accounts }) => accounts.map(({ accountId }) => accountId.split('/').at(-1) ?? ''));
}

function fleetOf(sick: (link: string | undefined) => ReturnType<ListPage>): FakeFleet {
  return createFleet(
    [SICK, WELL],
    () => (scope, link) => (scope === scopeId(SICK) ? sick(link) : { ids: [idIn(WELL, 'well')] }),
  );
}

describe('LIST-06: who follows the links of the plan comes to its end, and is told of the scope, where a nextLink', () => {
  test.each<[string, NextLink, string, number]>([
    ['leads to its own page', () => 'a', 'ListGoesInCircles', 3],
    ['goes round two pages', (link) => (link === 'a' ? 'b' : 'a'), 'ListGoesInCircles', 4],
    ['goes round forty pages', (link) => `${(Number(link ?? 0) + 1) % 40}`, 'ListGoesInCircles', 122],
    ['is ever new', (link) => `${Number(link ?? 0) + 1}`, 'ListHasNoEnd', MAX_PAGES + 1],
  ])('%s', async (_, next, code, most) => {
    const fleet = fleetOf((link) => ({ ids: [idIn(SICK, `page-${link}`)], next: next(link) }));

    const { pages, longest } = await readAll(fleet);

    expect(failed(pages)).toEqual([[scopeId(SICK), code]]);
    expect(pages.length).toBeLessThanOrEqual(most);
    expect(names(pages).at(-1)).toBe('well');
    expect(longest).toBeLessThan(400);
  });

  test('has no accounts and is ever new, within one page', async () => {
    const fleet = fleetOf((link) => ({ ids: [], next: `${Number(link ?? 0) + 1}` }));

    const { pages } = await readAll(fleet);

    expect(failed(pages)).toEqual([[scopeId(SICK), 'ListHasNoEnd']]);
    expect(names(pages)).toEqual(['well']);
  });

  test('has no accounts and is ever new, and each page takes a second: by and by', async () => {
    const fleet = createFleet([SICK, WELL], ({ wait }) => async (scope, link) => {
      if (scope === scopeId(WELL)) return { ids: [idIn(WELL, 'well')] };
      await wait(1);
      return { ids: [], next: `${Number(link ?? 0) + 1}` };
    });

    const first = await planRotations(fleet.services);

    expect(first).toMatchObject({ kind: 'ok', value: { accounts: [], continuation: expect.any(String) } });
    expect(fleet.now()).toBeLessThanOrEqual(TIMINGS.planBudget + 1);
  });
});

describe('LOAD-01: a page of the plan', () => {
  test.each([12, 200])('ends in time where %i scopes hang, and names each of them', async (count) => {
    const scopes = subscriptions(count);
    const fleet = createFleet(scopes, ({ wait }) => async () => {
      await wait(TIMINGS.callTimeout);
      return { kind: 'failed', failure: unavailable('IdentityUnavailable', 'No token.') };
    });

    const { pages } = await readAll(fleet);

    expect(pages).toHaveLength(1);
    expect(failed(pages).map(([scope]) => scope)).toEqual(scopes.map(scopeId));
    expect(fleet.now()).toBeLessThanOrEqual(TIMINGS.planBudget + TIMINGS.callTimeout);
    expect(fleet.most()).toBeLessThanOrEqual(12);
  });

  test('has the accounts of every scope once, in their order, whichever are empty or fail', async () => {
    const scopes = subscriptions(30);
    const fleet = createFleet(scopes, () => (scope) => {
      const number = Number(scope.slice(-2));
      if (number % 7 === 3) return { kind: 'failed', failure: unavailable('Timeout', 'No answer.') };
      return { ids: number % 3 === 0 ? [] : [idIn(scope, `in-${number}`)] };
    });

    const { pages } = await readAll(fleet);

    const wanted = scopes.map((_, i) => i).filter((i) => i % 7 !== 3);
    expect(names(pages)).toEqual(wanted.filter((i) => i % 3 !== 0).map((i) => `in-${i}`));
    expect(failed(pages)).toHaveLength(30 - wanted.length);
  });
});

test('LIST-07: an account that a page has three times has one row in the plan', async () => {
  const fleet = createFleet([WELL], () => () => ({
    ids: [idIn(WELL, 'one'), idIn(WELL, 'ONE'), idIn(WELL, 'two'), idIn(WELL, 'one')],
  }));

  const { pages } = await readAll(fleet);

  expect(names(pages)).toEqual(['one', 'two']);
});

test('LIST-07: so has one that a page has at two addresses, as while it is moved', async () => {
  const facts = { tags: {}, disableLocalAuth: false };
  const uniqueId = '6e1a1a5e-0d5f-4a8b-9d8c-0b9c1f6f2a11';
  const accounts = ['rg-old', 'rg-new'].map((group) => ({ id: idIn(WELL, 'one', group), uniqueId, facts }));
  const fleet = createFleet([WELL], () => () => ({ kind: 'ok', value: { accounts } }));

  const { pages } = await readAll(fleet);

  expect(names(pages)).toEqual(['one']);
});

test('NAME-06: an account whose id can not be read has its row, once', async () => {
  const id = `${idIn(WELL, 'one')}\u0007`;
  const fleet = createFleet([WELL, WELL], () => () => ({ ids: [id, idIn(WELL, 'two'), id] }));

  const { pages } = await readAll(fleet);

  const rows = pages.flatMap(({ accounts }) => accounts);
  expect(rows.map(({ decision, code }) => [decision, code])).toEqual([
    ['skip', 'UnreadableId'],
    ['unread', undefined],
  ]);
  expect(rows[0]?.accountId).toBe(`${idIn(WELL, 'one')}\u{fffd}`);
});

test.each([
  ['an object', {}],
  ['a scope that is none', ['0']],
  ['a page before the first', [0, 'x', -1]],
  ['pages without end', [0, 'x', 1e9]],
  ['marks that are none', [0, 'x', 1, [5]]],
  ['too many marks', [0, 'x', 1, Array.from({ length: 100 }, String)]],
])('a forged token is refused: %s', async (_, place) => {
  const token = Buffer.from(JSON.stringify(place)).toString('base64url');

  const page = await planRotations(createFleet([WELL], () => () => ({ ids: [] })).services, token);

  expect(page).toMatchObject({ kind: 'failed', failure: { code: 'InvalidSkipToken' } });
});
