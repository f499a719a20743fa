import { describe, expect, test } from 'vitest';
import type { Scope } from '../../../src/core/account/scope.ts';
import { isInScope, parseScope, scopeId } from '../../../src/core/account/scope.ts';

const SUBSCRIPTION = '21a9967a-e8a9-4656-a70b-96ff1c4d05a0';
const OTHER = '00000000-e8a9-4656-a70b-96ff1c4d05a0';
const WHOLE = `/subscriptions/${SUBSCRIPTION}`;
const GROUP = `${WHOLE}/resourceGroups/maps`;
const ACCOUNT = `${GROUP}/providers/Microsoft.Maps/accounts/roads`;

const inGroup = (resourceGroupName: string, accountName: string, subscriptionId = SUBSCRIPTION) => ({
  subscriptionId,
  resourceGroupName,
  accountName,
});

function scopes(...ids: string[]): Scope[] {
  return ids.map(parseScope).filter((scope) => scope !== undefined);
}

describe('a scope', () => {
  test.each([
    [WHOLE, 'subscription'],
    [GROUP, 'resource-group'],
    [ACCOUNT, 'account'],
    [`${WHOLE}/`, 'subscription'],
    [`${GROUP}/`, 'resource-group'],
    [`${ACCOUNT}/`, 'account'],
    [WHOLE.toUpperCase(), 'subscription'],
    [GROUP.toUpperCase(), 'resource-group'],
    [ACCOUNT.toUpperCase(), 'account'],
  ])('%s is a %s', (id, kind) => {
    expect(parseScope(id)?.kind).toBe(kind);
  });

  test.each([
    '',
    '/',
    SUBSCRIPTION,
    '/subscriptions',
    '/subscriptions/',
    '/subscriptions/production',
    `${WHOLE}/resourceGroups`,
    `${WHOLE}/resourceGroups/maps.`,
    `${WHOLE}/resourceGroups/ma%70s`,
    `${GROUP}/providers/Microsoft.Maps`,
    `${GROUP}/providers/Microsoft.Maps/accounts`,
    `${GROUP}/providers/Microsoft.Storage/accounts/roads`,
    `${ACCOUNT}/creators/one`,
    '/providers/Microsoft.Management/managementGroups/all',
    `${WHOLE}//`,
    ` ${WHOLE}`,
  ])('%j is none', (id) => {
    expect(parseScope(id)).toBeUndefined();
  });

  test.each([WHOLE, GROUP, ACCOUNT])('%s is printed as it was read', (id) => {
    const scope = parseScope(id);

    expect(scope && scopeId(scope)).toBe(id);
  });
});

describe('an account is in scope', () => {
  test.each([
    ['of its subscription', [WHOLE], inGroup('maps', 'roads')],
    ['of its resource group', [GROUP], inGroup('maps', 'roads')],
    ['by itself', [ACCOUNT], inGroup('maps', 'roads')],
    ['in another case', [GROUP.toUpperCase()], inGroup('Maps', 'Roads')],
    ['of one of several', [`/subscriptions/${OTHER}`, ACCOUNT], inGroup('maps', 'roads')],
    ['of scopes within one another', [WHOLE, GROUP, ACCOUNT], inGroup('maps', 'roads')],
  ])('%s', (_, ids, account) => {
    expect(isInScope(scopes(...ids), account)).toBe(true);
  });

  test.each([
    ['where there is none', [], inGroup('maps', 'roads')],
    ['of another subscription', [WHOLE], inGroup('maps', 'roads', OTHER)],
    ['of a group whose name only begins like it', [GROUP], inGroup('maps2', 'roads')],
    ['of an account whose name only begins like it', [ACCOUNT], inGroup('maps', 'roads2')],
    ['of a neighbour in the group', [ACCOUNT], inGroup('maps', 'rivers')],
    ['of the same name in another group', [ACCOUNT], inGroup('rivers', 'roads')],
    [
      'NAME-07: of a group with a Kelvin sign for a k',
      [`/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-k`],
      inGroup('rg-\u212a', 'roads'),
    ],
    [
      'NAME-07: of a group with another form of a letter beyond ASCII',
      [`/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-\u00e9`],
      inGroup('rg-\u00c9', 'roads'),
    ],
  ])('but not %s', (_, ids, account) => {
    expect(isInScope(scopes(...ids), account)).toBe(false);
  });
});
