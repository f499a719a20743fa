import { expect, test } from 'vitest';
import { otherKey } from '../../../src/core/account/key-type.ts';

test('each key is the other one of the other', () => {
  expect([otherKey('primary'), otherKey('secondary')]).toEqual(['secondary', 'primary']);
});
