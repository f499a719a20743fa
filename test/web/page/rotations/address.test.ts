import { expect, test } from 'vitest';
import { historyAddress, historyOf } from '../../../../src/web/page/rotations/address.ts';

test('an account’s history has an address', () => {
  expect(historyOf(historyAddress('/subscriptions/x/accounts/ä%'))).toBe('/subscriptions/x/accounts/ä%');
});

test.each(['', '#', '#accounts', '#history=', '#history=%E0%A4%A', '#history=%'])(
  'a fragment that names no account (%s) asks for no history',
  (hash) => {
    expect(historyOf(hash)).toBeUndefined();
  },
);
