import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isUuid } from '../../../src/core/known-forms.ts';
import { messageForm, parseWorkMessage, printWorkMessage } from '../../../src/core/rotation/work-message.ts';

const ROTATION = '019abf3c-7e50-7cc1-8a52-2f6c3e1d9b40';
const ACCOUNT = {
  subscriptionId: '21a9967a-e8a9-4656-a70b-96ff1c4d05a0',
  resourceGroupName: 'maps',
  accountName: 'roads',
};
const rotation = { kind: 'rotation', rotationId: ROTATION, attempt: 3 } as const;
const account = { kind: 'account', account: ACCOUNT, attempt: 0 } as const;

test.each([rotation, account])('a message about a $kind comes back as it was sent', (message) => {
  expect(parseWorkMessage(JSON.parse(printWorkMessage(message)))).toEqual(message);
});

describe('QUE-11: a message in other clothes', () => {
  test.each([rotation, account])('about a $kind is read where it is JSON within JSON', (message) => {
    const text = printWorkMessage(message);

    expect(parseWorkMessage(text)).toEqual(message);
    expect(parseWorkMessage(JSON.stringify(text))).toEqual(message);
  });

  test.each([
    ['a text of 60,000 characters', 'x'.repeat(60_000), { form: 'text', size: 60_000 }],
    ['5,000 brackets in a text', '['.repeat(5000), { form: 'text', size: 5000 }],
    [
      '5,000 lists in one another',
      JSON.parse('['.repeat(5000) + ']'.repeat(5000)),
      { form: 'list', size: 1 },
    ],
    ['the same as a text', '['.repeat(5000) + ']'.repeat(5000), { form: 'text', size: 10_000 }],
    [
      '10,000 objects in one another',
      JSON.parse(`${'{"version":'.repeat(10_000)}1${'}'.repeat(10_000)}`),
      { form: 'object', size: 1 },
    ],
    ['a list of 10,000', Array.from({ length: 10_000 }, () => null), { form: 'list', size: 10_000 }],
    ['a number', 7, { form: 'number', size: 0 }],
    ['null', null, { form: 'null', size: 0 }],
    ['nothing', undefined, { form: 'undefined', size: 0 }],
    ['bytes', Buffer.from('abc'), { form: 'object', size: 3 }],
  ])('%s is not read, and its form is told', (_, value, form) => {
    expect(parseWorkMessage(value)).toBeUndefined();
    expect(messageForm(value)).toEqual(form);
  });

  test('JSON within JSON without end is not read', () => {
    let text = printWorkMessage(rotation);
    for (let layer = 0; layer < 6; layer++) text = JSON.stringify(text);

    expect(parseWorkMessage(text)).toBeUndefined();
  });
});

test("a rotation's id is read in any case", () => {
  const value = JSON.parse(printWorkMessage({ ...rotation, rotationId: ROTATION.toUpperCase() }));

  expect(parseWorkMessage(value)).toEqual(rotation);
});

describe('QUE-02: what no version of this app wrote is not read:', () => {
  const written = (message: Parameters<typeof printWorkMessage>[0], other: object) => ({
    ...JSON.parse(printWorkMessage(message)),
    ...other,
  });

  test.each([
    ['a text, as the host gives what is no JSON', '{'],
    ['an empty text', ''],
    ['a list', []],
    ['nothing', null],
    ['a number', 7],
    ['another object', { keyType: 'x' }],
    ['no version', written(rotation, { version: undefined })],
    ['an unknown version', written(rotation, { version: 2 })],
    ['a version as a text', written(rotation, { version: '1' })],
    ['an unknown kind', written(rotation, { kind: 'tag' })],
    ['no id', written(rotation, { rotationId: undefined })],
    ['an id that would leave its row', written(rotation, { rotationId: `${ROTATION}' or true` })],
    ['an attempt as a text', written(rotation, { attempt: '3' })],
    ['half an attempt', written(rotation, { attempt: 0.5 })],
    [
      'an account id of another kind',
      written(account, { accountId: `/subscriptions/${ACCOUNT.subscriptionId}` }),
    ],
    ['an account id with a path in it', written(account, { accountId: '/subscriptions/../..' })],
    ['an account without an id', written(account, { accountId: 5 })],
  ])('%s', (_, value) => {
    expect(parseWorkMessage(value)).toBeUndefined();
  });

  test('any JSON at all is read or not, without an error', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(parseWorkMessage(value)).toBeUndefined();
      }),
    );
  });
});

describe('LOAD-01: an attempt that no version of this app wrote is not read:', () => {
  const attempts = [-1, -9_007_199_254_740_991, 1_000_001, Number.MAX_SAFE_INTEGER, 1e300, -0.5];

  test.each(attempts)('%d', (attempt) => {
    for (const message of [rotation, account]) {
      const value = { ...JSON.parse(printWorkMessage(message)), attempt };
      expect(parseWorkMessage(value)).toBeUndefined();
    }
  });

  test.each([0, 1, 1_000_000])('while %d is read', (attempt) => {
    const message = { ...rotation, attempt };
    expect(parseWorkMessage(JSON.parse(printWorkMessage(message)))).toEqual(message);
  });
});

test('QUE-08: the longest message is far below the 48 KiB of a queue, and has ids only', () => {
  const longest = printWorkMessage({
    kind: 'account',
    attempt: 1_000_000,
    account: { ...ACCOUNT, resourceGroupName: '漢'.repeat(90), accountName: '漢'.repeat(98) },
  });

  expect(Buffer.byteLength(longest)).toBeLessThan(1024);
  expect(Object.keys(JSON.parse(longest)).sort()).toEqual(['accountId', 'attempt', 'kind', 'version']);
  expect(Object.keys(JSON.parse(printWorkMessage(rotation))).sort()).toEqual([
    'attempt',
    'kind',
    'rotationId',
    'version',
  ]);
});

test.each([
  [ROTATION, true],
  [ROTATION.toUpperCase(), true],
  ['00000000-0000-0000-0000-000000000000', true],
  [`{${ROTATION}}`, false],
  [`${ROTATION}\n`, false],
  [ROTATION.replaceAll('-', ''), false],
  [`g${ROTATION.slice(1)}`, false],
  [undefined, false],
])('%j is a UUID: %s', (value, expected) => {
  expect(isUuid(value)).toBe(expected);
});
