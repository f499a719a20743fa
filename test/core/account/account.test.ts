import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  accountId,
  accountPartition,
  misnamedParts,
  parseAccountId,
} from '../../../src/core/account/account.ts';

const SUBSCRIPTION = '21a9967a-e8a9-4656-a70b-96ff1c4d05a0';
const ID = `/subscriptions/${SUBSCRIPTION}/resourceGroups/maps/providers/Microsoft.Maps/accounts/roads`;
const ACCOUNT = { subscriptionId: SUBSCRIPTION, resourceGroupName: 'maps', accountName: 'roads' };

describe("an account's ARM id", () => {
  test.each([
    ['as ARM writes it', ID],
    ['with a slash at its end', `${ID}/`],
  ])('is read %s', (_, id) => {
    expect(parseAccountId(id)).toEqual(ACCOUNT);
  });

  test('NAME-01: is read in any case, and its names keep the case in which they came', () => {
    const parsed = parseAccountId(ID.toUpperCase());

    expect(parsed).toEqual({
      subscriptionId: SUBSCRIPTION.toUpperCase(),
      resourceGroupName: 'MAPS',
      accountName: 'ROADS',
    });
  });

  test.each([
    ['empty', ''],
    ['of a resource group', `/subscriptions/${SUBSCRIPTION}/resourceGroups/maps`],
    ['of another provider', ID.replace('Microsoft.Maps', 'Microsoft.Storage')],
    ['of another type', ID.replace('/accounts/', '/creators/')],
    ['of something in the account', `${ID}/creators/one`],
    ['without its first slash', ID.slice(1)],
    ['with a host', `https://management.azure.com${ID}`],
    ['with two slashes at its end', `${ID}//`],
    ['with an empty name', ID.replace('/roads', '/')],
    ['with an encoded slash in a name', ID.replace('roads', 'roads%2Fcreators')],
    ['with an encoded space in a name', ID.replace('maps/', 'ma%20ps/')],
    ['with a query', `${ID}?api-version=1`],
    ['with a line break', `${ID}\n`],
    ['with no GUID for its subscription', ID.replace(SUBSCRIPTION, 'production')],
    ['with dots for a name', ID.replace('/roads', '/..')],
  ])('is refused where it is %s', (_, id) => {
    expect(parseAccountId(id)).toBeUndefined();
  });

  test('comes back from its parts', () => {
    expect(accountId(ACCOUNT)).toBe(ID);
  });
});

describe("ARM's naming rules", () => {
  test.each([
    ['resourceGroupName', 'a'.repeat(90), true],
    ['resourceGroupName', 'a'.repeat(91), false],
    ['resourceGroupName', 'rg-(Karten)_ä.1', true],
    ['resourceGroupName', 'rg.', false],
    ['resourceGroupName', 'r g', false],
    ['resourceGroupName', '', false],
    ['accountName', 'a'.repeat(98), true],
    ['accountName', 'a'.repeat(99), false],
    ['accountName', '0_a.b-', true],
    ['accountName', '-a', true],
    ['accountName', 'ä', true],
    ['accountName', 'Karten (Süd) 1', true],
    ['accountName', 'a'.repeat(97).concat(' '), false],
    ['accountName', ' a', false],
    ['accountName', '.', false],
    ['accountName', '..', false],
    ['accountName', 'a\u0000', false],
    ['accountName', 'a\u202eb', false],
    ['accountName', 'a\u2028b', false],
    ['accountName', 'a\ud800', false],
    ...['%', '&', ':', '\\', '/', '#', '?'].map((mark) => ['accountName', `a${mark}b`, false] as const),
    ['resourceGroupName', 'rg-Gro\u0308ße', true],
    ['resourceGroupName', 'मानचित्र', true],
    ['resourceGroupName', 'rg\u203fmaps', true],
    ['resourceGroupName', 'rg\u200dmaps', false],
    ['resourceGroupName', 'rg\u0000', false],
    ['subscriptionId', SUBSCRIPTION.toUpperCase(), true],
    ['subscriptionId', `{${SUBSCRIPTION}}`, false],
    ['subscriptionId', SUBSCRIPTION.replaceAll('-', ''), false],
  ] as const)('%s %j: %s', (part, name, holds) => {
    const broken = misnamedParts({ ...ACCOUNT, [part]: name });

    expect(broken).toEqual(holds ? [] : [part]);
  });

  test('each broken part is named', () => {
    const broken = misnamedParts({ subscriptionId: 'x', resourceGroupName: 'rg.', accountName: '' });

    expect(broken).toEqual(['subscriptionId', 'resourceGroupName', 'accountName']);
  });
});

describe('the partition of an account', () => {
  test('is one for all spellings of its id, and has no slash', () => {
    const spellings = [ACCOUNT, { ...ACCOUNT, resourceGroupName: 'Maps', accountName: 'ROADS' }];

    const partitions = new Set(spellings.map((account) => accountPartition(account)));

    expect(partitions).toEqual(new Set([ID.toLowerCase().replaceAll('/', '|')]));
  });

  test('MOVE-01, MOVE-02: is that of what ARM knows the account by, whatever its address', () => {
    const elsewhere = { ...ACCOUNT, resourceGroupName: 'elsewhere' };

    expect(accountPartition(ACCOUNT, 'A-1')).toBe(accountPartition(elsewhere, 'a-1'));
    expect(accountPartition(ACCOUNT, 'a-1')).not.toBe(accountPartition(ACCOUNT, 'a-2'));
  });

  test('NAME-07: keeps names apart that only other rules than ARM’s take for one', () => {
    const inGroup = (resourceGroupName: string) => accountPartition({ ...ACCOUNT, resourceGroupName });

    expect(inGroup('rg-\u212a')).not.toBe(inGroup('rg-k'));
    expect(inGroup('\u03c3')).not.toBe(inGroup('\u03c2'));
    expect(inGroup('RG-K')).toBe(inGroup('rg-k'));
  });

  test('is another one for another account', () => {
    const name = fc.stringMatching(/^[a-z0-9][a-z0-9_.-]{0,8}[a-z0-9]$/);
    fc.assert(
      fc.property(name, name, name, name, (group, account, otherGroup, otherAccount) => {
        fc.pre(group !== otherGroup || account !== otherAccount);
        const one = { ...ACCOUNT, resourceGroupName: group, accountName: account };
        const other = { ...ACCOUNT, resourceGroupName: otherGroup, accountName: otherAccount };

        expect(accountPartition(one)).not.toBe(accountPartition(other));
        expect(parseAccountId(accountId(one))).toEqual(one);
      }),
    );
  });
});
