import { expect, test } from 'vitest';
import { hasChanged, otherKey } from '../../src/core/key-type.ts';

const EARLY = '2026-11-25T03:00:00.1234567Z';
const LATER = '2026-11-25T03:00:00.1234568Z';

test('each key is the other one of the other', () => {
  expect([otherKey('primary'), otherKey('secondary')]).toEqual(['secondary', 'primary']);
});

test.each([
  ['the same time', { primary: EARLY }, { primary: EARLY }, false],
  ['a time that differs in the last digit that ARM writes', { primary: EARLY }, { primary: LATER }, true],
  ['a time where there was none', {}, { primary: EARLY }, true],
  ['no time before and after', {}, {}, false],
  [
    'a change of the other key',
    { primary: EARLY, secondary: EARLY },
    { primary: EARLY, secondary: LATER },
    false,
  ],
])('%s', (_, before, now, changed) => {
  expect(hasChanged('primary', before, now)).toBe(changed);
});
