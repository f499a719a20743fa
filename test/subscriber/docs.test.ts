import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type KeyEvent, parseKeyEvent } from '../../src/subscriber/index.ts';
import { KEY_EVENT_TYPES, keyEventJsonSchema } from '../../src/subscriber/json-schema.ts';
import { filterFault, matchesFilter } from '../../tools/local-azure/event-grid/event-filter.ts';

const DOCS = readFileSync('docs/events.md', 'utf8');
const samples = [...DOCS.matchAll(/```json\n([\s\S]*?)```/g)].map(
  ([, text = '']) => JSON.parse(text) as KeyEvent,
);

test('the events shown are events, one of each type', () => {
  expect(samples.map(({ type }) => type)).toStrictEqual(KEY_EVENT_TYPES);
  for (const sample of samples) expect(parseKeyEvent(sample)).toStrictEqual(sample);
});

test('each field is explained', () => {
  const data = KEY_EVENT_TYPES.flatMap((type) => fieldsOf(keyEventJsonSchema(type)));

  expect(data.filter((field) => !DOCS.includes(`\`${field}\``))).toStrictEqual([]);
});

/** The fields of data, and those below. */
function fieldsOf(schema: object, path = ''): string[] {
  const { properties = {} } = schema as { properties?: Record<string, object> };
  return Object.entries(properties).flatMap(([name, field]) => {
    const below = fieldsOf(field, `${path}${name}.`);
    if (below.length > 0) return below;
    return path === '' && ['specversion', 'type'].includes(name) ? [] : [`${path}${name}`];
  });
}

test.each([
  ['KeyRegenerated', { subjectEndsWith: '/keys/secondary' }],
  [
    'KeyRegenerated',
    { advancedFilters: [{ operatorType: 'BoolEquals', key: 'data.verified', value: true }] },
  ],
  ['KeyRotationFailed', { includedEventTypes: ['KeyRotationFailed'] }],
  ['KeyRotationFailed', { advancedFilters: [oneOf('data.accountId', samples[1]?.data.accountId ?? '')] }],
] as const)('the filters shown take %s: %j', (type, filter) => {
  const [sample] = samples.filter((event) => event.type === type);

  expect(filterFault(filter)).toBeUndefined();
  expect(matchesFilter(filter, { ...sample } as never)).toBe(true);
});

function oneOf(key: string, value: string) {
  return { operatorType: 'StringIn' as const, key, values: [value] };
}
