import { expect, test } from 'vitest';
import type { CloudEvent } from '../../../../tools/local-azure/event-grid/cloud-event.ts';
import {
  type EventFilter,
  filterFault,
  matchesFilter,
} from '../../../../tools/local-azure/event-grid/event-filter.ts';

const event: CloudEvent = {
  specversion: '1.0',
  id: '1',
  source: '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Maps/accounts/Maps1',
  type: 'KeyRegenerated',
  subject: 'accounts/Maps1/keys/primary',
  data: { keyType: 'primary', verified: true, nested: { name: 'Blue' }, list: ['a'] },
};

const all: [string, EventFilter, boolean][] = [
  ['nothing', {}, true],
  ['its type', { includedEventTypes: ['KeyRotationFailed', 'KeyRegenerated'] }, true],
  ['other types', { includedEventTypes: ['KeyRotationFailed'] }, false],
  ['the start of its subject, in any case', { subjectBeginsWith: 'accounts/MAPS1/' }, true],
  [
    'the start in its case only',
    { subjectBeginsWith: 'accounts/MAPS1/', isSubjectCaseSensitive: true },
    false,
  ],
  ['another start', { subjectBeginsWith: 'accounts/maps2/' }, false],
  ['the end of its subject', { subjectEndsWith: '/keys/primary' }, true],
  [
    'both, of which one does not hold',
    { subjectBeginsWith: 'accounts/', subjectEndsWith: '/secondary' },
    false,
  ],
];

const advanced: [string, NonNullable<EventFilter['advancedFilters']>, boolean][] = [
  ['StringIn', [{ operatorType: 'StringIn', key: 'data.keyType', values: ['secondary', 'PRIMARY'] }], true],
  ['StringIn of others', [{ operatorType: 'StringIn', key: 'data.keyType', values: ['prim'] }], false],
  ['StringNotIn', [{ operatorType: 'StringNotIn', key: 'data.keyType', values: ['secondary'] }], true],
  [
    'StringContains',
    [{ operatorType: 'StringContains', key: 'source', values: ['/resourcegroups/RG/'] }],
    true,
  ],
  ['StringNotContains', [{ operatorType: 'StringNotContains', key: 'source', values: ['maps1'] }], false],
  ['StringBeginsWith', [{ operatorType: 'StringBeginsWith', key: 'type', values: ['Key'] }], true],
  ['StringNotBeginsWith', [{ operatorType: 'StringNotBeginsWith', key: 'type', values: ['Key'] }], false],
  ['StringEndsWith', [{ operatorType: 'StringEndsWith', key: 'Subject', values: ['/primary'] }], true],
  ['StringNotEndsWith', [{ operatorType: 'StringNotEndsWith', key: 'subject', values: ['/x'] }], true],
  ['BoolEquals', [{ operatorType: 'BoolEquals', key: 'data.verified', value: true }], true],
  ['BoolEquals of the other', [{ operatorType: 'BoolEquals', key: 'Data.verified', value: false }], false],
  ['two levels', [{ operatorType: 'StringIn', key: 'data.nested.name', values: ['blue'] }], true],
  ['a key that is missing', [{ operatorType: 'StringIn', key: 'data.none', values: ['x'] }], false],
  ['a missing key denied', [{ operatorType: 'StringNotIn', key: 'data.none', values: ['x'] }], true],
  ['a missing boolean', [{ operatorType: 'BoolEquals', key: 'data.none', value: false }], false],
  ['a boolean as a string', [{ operatorType: 'StringIn', key: 'data.verified', values: ['true'] }], false],
  ['an array', [{ operatorType: 'StringIn', key: 'data.list', values: ['a'] }], false],
  ['IsNotNull', [{ operatorType: 'IsNotNull', key: 'data.keyType' }], true],
  ['IsNullOrUndefined', [{ operatorType: 'IsNullOrUndefined', key: 'data.secretId' }], true],
  [
    'two, of which one does not hold',
    [
      { operatorType: 'StringIn', key: 'data.keyType', values: ['primary'] },
      { operatorType: 'BoolEquals', key: 'data.verified', value: false },
    ],
    false,
  ],
];

test.each(all)('a filter for %s', (_what, filter, matches) => {
  expect(matchesFilter(filter, event)).toBe(matches);
});

test.each(advanced)('an advanced filter by %s', (_what, advancedFilters, matches) => {
  expect(filterFault({ advancedFilters })).toBeUndefined();
  expect(matchesFilter({ advancedFilters }, event)).toBe(matches);
});

test('an event without a subject begins with nothing', () => {
  const { subject: _subject, ...bare } = event;

  expect(matchesFilter({ subjectBeginsWith: 'accounts/' }, bare)).toBe(false);
  expect(matchesFilter({}, bare)).toBe(true);
});

test('limits are those of Event Grid', () => {
  const filter = (values: string[]) => ({ operatorType: 'StringIn' as const, key: 'data.a', values });
  const many = (count: number) => Array.from({ length: count }, () => 'x');

  expect(filterFault({ advancedFilters: [filter(many(25))] })).toBeUndefined();
  expect(filterFault({ advancedFilters: [filter(many(20)), filter(many(6))] })).toMatch(/25 values/);
  expect(filterFault({ advancedFilters: many(26).map(() => filter(['x'])) })).toMatch(/at most 25/);
  expect(filterFault({ advancedFilters: [filter(['x'.repeat(513)])] })).toMatch(/512/);
});
