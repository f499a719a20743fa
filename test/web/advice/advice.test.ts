import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ADVICE, adviceFor } from '../../../src/web/advice/advice.ts';

/** All forms in which the code makes a failure's or a decision's code. */
const FORMS = [
  /\b(?:fault|bad)\(\s*\d{3},\s*'(\w+)'/g,
  /\b(?:unavailable|skip)\(\s*'(\w+)'/g,
  /\bcode(?: ===|:| =)[^,;\n]*?'([A-Z]\w+)'/g,
  /\bcode(?: ===|:| =)[^,;\n]*?\? '[A-Z]\w+' : '([A-Z]\w+)'/g,
  /^ {2}(?:subscriptionId|resourceGroupName|accountName): '(Invalid\w+)'/gm,
  /^ {2}\| '([A-Z]\w+)'/gm,
];

const sources = globSync('src/{core,app,adapters,web,functions}/**/*.ts')
  .filter((file) => !/advice|web\/page/.test(file))
  .concat('src/settings/settings.ts', 'src/composition/create-services.ts')
  .map((file) => readFileSync(file, 'utf8'));

const codes = new Set(
  sources.flatMap((source) =>
    FORMS.flatMap((form) => [...source.matchAll(form)].map(([, code = '']) => code)),
  ),
);

test('the codes are found, those of each part of the app', () => {
  expect([...codes]).toEqual(
    expect.arrayContaining(['InUseUnknown', 'Overlap', 'EventPending', 'Superseded', 'Timeout', 'GivenUp']),
  );
  expect([...codes]).toEqual(
    expect.arrayContaining(['InvalidAccountName', 'InvalidHeader', 'StorageUnavailable', 'InternalError']),
  );
  expect(codes.size).toBeGreaterThan(40);
});

test.each([...codes])('%s says what it means and what to do', (code) => {
  expect(Object.hasOwn(ADVICE, code)).toBe(true);
});

test.each(Object.entries(ADVICE))(
  'the advice on %s is whole sentences',
  (_code, { title, meaning, todo }) => {
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    expect(meaning).toMatch(/^[A-Z].*\.$/);
    expect(todo).toMatch(/^[A-Z].*\.$/);
  },
);

test.each([
  ['Http503', 'Azure has trouble'],
  ['Http429', 'Throttled'],
  ['Http418', 'Request refused'],
  ['SomeCodeOfAzure', 'SomeCodeOfAzure'],
  ['constructor', 'constructor'],
])('a code of Azure’s own, %s, gets advice too', (code, title) => {
  expect(adviceFor(code)).toMatchObject({ title, todo: expect.stringMatching(/\.$/) });
});
