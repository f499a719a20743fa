import { isObject } from '../server/http.ts';
import type { CloudEvent } from './cloud-event.ts';

const stringTests = {
  StringIn: (value: string, wanted: string) => value === wanted,
  StringContains: (value: string, wanted: string) => value.includes(wanted),
  StringBeginsWith: (value: string, wanted: string) => value.startsWith(wanted),
  StringEndsWith: (value: string, wanted: string) => value.endsWith(wanted),
};
type StringTest = keyof typeof stringTests;
type StringOperator =
  | StringTest
  | 'StringNotIn'
  | 'StringNotContains'
  | 'StringNotBeginsWith'
  | 'StringNotEndsWith';

/** Operators on numbers, ranges and arrays are left out: the events of this topic have none. */
export type AdvancedFilter =
  | { operatorType: StringOperator; key: string; values: readonly string[] }
  | { operatorType: 'BoolEquals'; key: string; value: boolean }
  | { operatorType: 'IsNotNull' | 'IsNullOrUndefined'; key: string };

export type EventFilter = {
  /** Compared as they are written; where unset, all types. */
  includedEventTypes?: readonly string[];
  subjectBeginsWith?: string;
  subjectEndsWith?: string;
  isSubjectCaseSensitive?: boolean;
  /** All of them have to hold, and of the values of one any. */
  advancedFilters?: readonly AdvancedFilter[];
};

// https://learn.microsoft.com/azure/event-grid/event-filtering#limitations
const limits = { filters: 25, values: 25, valueLength: 512 };
const keys = /^(id|source|type|subject|specversion|dataschema|datacontenttype|data(\.[^.]+){1,2})$/;

export function matchesFilter(filter: EventFilter, event: CloudEvent): boolean {
  const { includedEventTypes, subjectBeginsWith = '', subjectEndsWith = '' } = filter;
  const fold = (text: string) => (filter.isSubjectCaseSensitive ? text : text.toLowerCase());
  const subject = fold(event.subject ?? '');
  return (
    (includedEventTypes === undefined || includedEventTypes.includes(event.type)) &&
    subject.startsWith(fold(subjectBeginsWith)) &&
    subject.endsWith(fold(subjectEndsWith)) &&
    (filter.advancedFilters ?? []).every((advanced) => holds(advanced, valueAt(event, advanced.key)))
  );
}

/** What is wrong with a filter, or undefined. */
export function filterFault(filter: EventFilter): string | undefined {
  const advanced = filter.advancedFilters ?? [];
  if (advanced.length > limits.filters) return `advancedFilters: at most ${limits.filters}`;
  const values = advanced.flatMap((one) => ('values' in one && Array.isArray(one.values) ? one.values : []));
  if (values.length > limits.values) return `advancedFilters: at most ${limits.values} values in all`;
  for (const one of advanced) {
    const wrong = advancedFault(one);
    if (wrong) return `advancedFilters: ${wrong}`;
  }
  return undefined;
}

function advancedFault(filter: AdvancedFilter): string | undefined {
  const { operatorType, key } = filter;
  if (typeof key !== 'string' || !keys.test(plainKey(key))) {
    return `'${key}' is no attribute of a CloudEvent and no data.<name> or data.<name>.<name>`;
  }
  switch (operatorType) {
    case 'BoolEquals':
      return typeof filter.value === 'boolean' ? undefined : 'BoolEquals has a value that is a boolean';
    case 'IsNotNull':
    case 'IsNullOrUndefined':
      return undefined;
    case 'StringIn':
    case 'StringNotIn':
    case 'StringContains':
    case 'StringNotContains':
    case 'StringBeginsWith':
    case 'StringNotBeginsWith':
    case 'StringEndsWith':
    case 'StringNotEndsWith':
      return Array.isArray(filter.values) && filter.values.length > 0 && filter.values.every(isValue)
        ? undefined
        : `${operatorType} has values that are strings of up to ${limits.valueLength} characters`;
    default:
      operatorType satisfies never;
      return `there is no operator '${operatorType}' here`;
  }
}

function isValue(value: unknown): boolean {
  return typeof value === 'string' && value.length <= limits.valueLength;
}

/** Strings are compared whatever their case. A key that is missing, or of another type, fails all but the negations. */
function holds(filter: AdvancedFilter, value: unknown): boolean {
  switch (filter.operatorType) {
    case 'BoolEquals':
      return value === filter.value;
    case 'IsNotNull':
      return value !== undefined && value !== null;
    case 'IsNullOrUndefined':
      return value === undefined || value === null;
    case 'StringIn':
    case 'StringContains':
    case 'StringBeginsWith':
    case 'StringEndsWith':
      return anyOf(filter.operatorType, value, filter.values);
    case 'StringNotIn':
      return !anyOf('StringIn', value, filter.values);
    case 'StringNotContains':
      return !anyOf('StringContains', value, filter.values);
    case 'StringNotBeginsWith':
      return !anyOf('StringBeginsWith', value, filter.values);
    case 'StringNotEndsWith':
      return !anyOf('StringEndsWith', value, filter.values);
    default:
      return filter satisfies never;
  }
}

function anyOf(test: StringTest, value: unknown, wanted: readonly string[]): boolean {
  if (typeof value !== 'string') return false;
  const folded = value.toLowerCase();
  return wanted.some((one) => stringTests[test](folded, one.toLowerCase()));
}

function valueAt(event: CloudEvent, key: string): unknown {
  let value: unknown = event;
  for (const name of plainKey(key).split('.')) value = isObject(value) ? value[name] : undefined;
  return value;
}

/** `Data.key1` and `Subject`, as some documents write them, are `data.key1` and `subject`. */
function plainKey(key: string): string {
  return key.replace(/^[^.]+/, (first) => first.toLowerCase());
}
