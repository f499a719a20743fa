import { gzipSync } from 'node:zlib';
import { GROUP, type RawRequest, SUBSCRIPTION } from './stage.ts';

/** A request that is good but for one thing, and what the answer has to say about that. */
export interface BadRequest {
  readonly name: string;
  readonly subscription?: string;
  readonly group?: string;
  readonly account?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body?: string | Uint8Array;
  readonly status?: number;
  readonly code: string;
  readonly target: string;
  /** What the message has to name. */
  readonly says: string;
}

/** The account that they are for, where they do not name another one. */
export const ACCOUNT = 'never-touched';

export function toRaw(bad: BadRequest, functionKey: string): RawRequest {
  const { subscription = SUBSCRIPTION, group = GROUP, account = ACCOUNT, query = '' } = bad;
  const headers = { 'x-functions-key': functionKey, 'content-type': 'application/json', ...bad.headers };
  const given = Object.entries(headers).filter((entry) => entry[1] !== undefined);
  return {
    path: `/api/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Maps/accounts/${account}/regenerateKey${query}`,
    headers: Object.fromEntries(given) as Record<string, string | readonly string[]>,
    body: bad.body ?? '{"keyType":"primary"}',
  };
}

const RULE = '{"keyType": "primary"} or {"keyType": "secondary"}';

const content = (name: string, body: string | Uint8Array, target = 'body'): BadRequest => ({
  name,
  body,
  code: 'InvalidRequestContent',
  target,
  says: RULE,
});

const keyType = (name: string, value: unknown): BadRequest => ({
  name,
  body: JSON.stringify({ keyType: value }),
  code: 'InvalidKeyType',
  target: 'keyType',
  says: RULE,
});

export const BAD_BODIES: readonly BadRequest[] = [
  content('HTTP-01: an empty body', ''),
  content('HTTP-01: {', '{'),
  content('HTTP-01: null', 'null'),
  content('HTTP-01: []', '[]'),
  content('HTTP-01: a string', '"x"'),
  content('HTTP-01: a number', '42'),
  content('HTTP-01: true', 'true'),
  content('HTTP-01: a form', 'keyType=primary'),
  content('HTTP-01: XML', '<keyType>primary</keyType>'),
  content('HTTP-01: text after the JSON', '{"keyType":"primary"}}'),
  content('HTTP-01: single quotes', "{'keyType':'primary'}"),
  content('HTTP-01: a comment', '{"keyType":"primary" /* now */}'),
  content('HTTP-01: white space alone', '   \r\n'),
  content('HTTP-01: a byte order mark alone', '\uFEFF'),
  content('HTTP-01: no UTF-8', Buffer.from([...Buffer.from('{"keyType":"primary'), 0xff, 0x22, 0x7d])),
  content('HTTP-01: UTF-16', Buffer.from('\uFEFF{"keyType":"primary"}', 'utf16le')),
  content('HTTP-01: a null byte', '{"keyType":"primary"}\u0000'),
  content('an unknown property', '{"keyType":"primary","force":true}', 'force'),
  content(
    'a property that means something to JavaScript',
    '{"keyType":"primary","__proto__":{}}',
    '__proto__',
  ),
  content('keyType twice', '{"keyType":"primary","keyType":"secondary"}'),
  content('the same keyType twice', '{"keyType":"primary", "keyType" : "primary"}'),
  keyType('NAME-05: "key1"', 'key1'),
  keyType('NAME-05: an empty keyType', ''),
  keyType('NAME-05: a space after the keyType', 'primary '),
  keyType('NAME-05: keyType missing', undefined),
  keyType('NAME-05: keyType null', null),
  keyType('NAME-05: keyType 1', 1),
  keyType('NAME-05: a list of keyTypes', ['primary']),
  keyType('NAME-05: keyType an object', { value: 'primary' }),
  { ...keyType('NAME-05: the name in capitals', ''), body: '{"KeyType":"primary"}' },
];

const LARGE = '{"keyType":"primary"}'.padEnd(4097);

export const BAD_CONTENT: readonly BadRequest[] = [
  {
    ...{ name: 'a body of 4097 bytes', body: LARGE, status: 413, code: 'RequestBodyTooLarge' },
    ...{ target: 'body', says: '4096' },
  },
  {
    ...{ name: 'a body of a mebibyte', body: 'x'.repeat(1_048_576), status: 413 },
    ...{ code: 'RequestBodyTooLarge', target: 'body', says: '4096' },
  },
  ...['text/plain', 'application/x-www-form-urlencoded', 'application/json-patch+json', '', undefined].map(
    (type) => ({
      name: `the content type ${type === '' ? '(empty)' : (type ?? '(none)')}`,
      headers: { 'content-type': type },
      ...{ status: 415, code: 'UnsupportedMediaType', target: 'Content-Type', says: 'application/json' },
    }),
  ),
  ...['iso-8859-1', 'utf-16', '"UTF-16LE"', 'us-ascii'].map((charset) => ({
    name: `the charset ${charset}`,
    headers: { 'content-type': `application/json; charset=${charset}` },
    ...{ status: 415, code: 'UnsupportedMediaType', target: 'Content-Type', says: 'the charset utf-8' },
  })),
  {
    name: 'a compressed body',
    headers: { 'content-encoding': 'gzip' },
    body: gzipSync('{"keyType":"primary"}'),
    ...{ status: 415, code: 'UnsupportedMediaType', target: 'Content-Encoding', says: 'not be compressed' },
  },
];

const account = (name: string, given: string): BadRequest => ({
  name: `the account name ${name}`,
  account: given,
  ...{ code: 'InvalidAccountName', target: 'accountName', says: '1 to 98 characters' },
});
const group = (name: string, given: string): BadRequest => ({
  name: `the resource group ${name}`,
  group: given,
  ...{ code: 'InvalidResourceGroupName', target: 'resourceGroupName', says: 'not ending in a period' },
});
const subscription = (name: string, given: string): BadRequest => ({
  name: `the subscription ${name}`,
  subscription: given,
  ...{ code: 'InvalidSubscriptionId', target: 'subscriptionId', says: 'a GUID' },
});

export const BAD_NAMES: readonly BadRequest[] = [
  account('with an encoded slash', 'a%2Fb'),
  account('with an encoded climb', '..%2F..%2Fother'),
  account('with a backslash', 'a%5Cb'),
  account('with a control character', 'a%01b'),
  account('with a line break', 'a%0D%0Ab'),
  account('with a percent sign', 'a%25b'),
  account('with a question mark', 'a%3Fb'),
  account('with a colon', 'maps%3A80'),
  account('with a backslash', 'a%5Cb'),
  account('beginning with a space', '%20maps'),
  account('ending in a space', 'maps%20'),
  account('with a line break', 'maps%0A'),
  account('with a character that turns the text round', 'a%E2%80%AEb'),
  account('of no UTF-8', 'm%FFps'),
  account('of 99 characters', 'a'.repeat(99)),
  account('of a thousand characters', 'a'.repeat(1000)),
  group('ending in a period', 'rg-maps.'),
  group('with a space', 'rg%20maps'),
  group('with an encoded slash', 'rg%2Fproviders'),
  group('of 91 characters', 'g'.repeat(91)),
  group('with a pipe', 'rg%7Cmaps'),
  group('with a control character', 'rg%01'),
  subscription('that is no GUID', 'my-subscription'),
  subscription('in braces', `%7B${SUBSCRIPTION}%7D`),
  subscription('without hyphens', SUBSCRIPTION.replaceAll('-', '')),
  subscription('with one digit more', `${SUBSCRIPTION}0`),
];

const version = (name: string, query: string, says = 'Use 2023-06-01'): BadRequest => ({
  name: `the api-version ${name}`,
  query,
  ...{ code: 'InvalidApiVersionParameter', target: 'api-version', says },
});
const parameter = (name: string, query: string, target: string, says: string): BadRequest => ({
  ...{ name, query, code: 'InvalidQueryParameter', target, says },
});

export const BAD_QUERIES: readonly BadRequest[] = [
  version('that is older', '?api-version=2021-02-01'),
  version('that is a preview', '?api-version=2023-06-01-preview'),
  version('that is empty', '?api-version='),
  version('with a space', '?api-version=%202023-06-01'),
  version('twice', '?api-version=2023-06-01&api-version=2023-06-01', 'more than once'),
  version('twice, in two cases', '?api-version=2023-06-01&API-Version=2021-02-01', 'more than once'),
  parameter('an unknown parameter', '?keyType=primary', 'keyType', "'keyType' is not known"),
  parameter('a parameter of another route', '?force=true', 'force', "'force' is not known"),
  parameter('an unknown parameter beside a good one', '?api-version=2023-06-01&x=1', 'x', "'x' is not known"),
  parameter('the function key twice', '?code=a&code=b', 'code', 'more than once'),
];

const GUID = '0f8fad5b-d9cb-469f-a165-70867728950e';
const now = new Date();
const date = (hours: number) => new Date(now.getTime() + hours * 3_600_000).toUTCString();
const ids = (id: string | undefined, sent: string | undefined) => ({
  headers: { 'repeatability-request-id': id, 'repeatability-first-sent': sent },
});
const badId = { code: 'InvalidHeader', target: 'Repeatability-Request-ID', says: 'must be a GUID' };
const badDate = { code: 'InvalidHeader', target: 'Repeatability-First-Sent', says: 'must be the HTTP date' };

export const BAD_IDS: readonly BadRequest[] = [
  { name: 'a Repeatability-Request-ID that is no GUID', ...ids('42', date(0)), ...badId },
  { name: 'an empty Repeatability-Request-ID', ...ids('', date(0)), ...badId },
  { name: 'a Repeatability-Request-ID in braces', ...ids(`{${GUID}}`, date(0)), ...badId },
  {
    name: 'two Repeatability-Request-IDs',
    headers: { 'repeatability-request-id': [GUID, GUID], 'repeatability-first-sent': date(0) },
    ...badId,
  },
  {
    name: 'no Repeatability-First-Sent',
    ...ids(GUID, undefined),
    ...{
      code: 'MissingHeader',
      target: 'Repeatability-First-Sent',
      says: 'needs a Repeatability-First-Sent',
    },
  },
  { name: 'an empty Repeatability-First-Sent', ...ids(GUID, ''), ...badDate },
  {
    name: 'a Repeatability-First-Sent on a day that is none',
    ...ids(GUID, 'Tue, 31 Nov 2026 09:00:00 GMT'),
    ...badDate,
  },
  { name: 'a Repeatability-First-Sent in ISO 8601', ...ids(GUID, now.toISOString()), ...badDate },
  { name: 'a Repeatability-First-Sent of no date', ...ids(GUID, 'yesterday'), ...badDate },
  { name: 'a Repeatability-First-Sent in an hour', ...ids(GUID, date(1)), ...badDate },
  {
    name: 'a Repeatability-First-Sent alone',
    ...ids(undefined, date(0)),
    ...{
      code: 'MissingHeader',
      target: 'Repeatability-Request-ID',
      says: 'needs a Repeatability-Request-ID',
    },
  },
  {
    name: 'a Repeatability-First-Sent 25 hours ago',
    ...ids(GUID, date(-25)),
    ...{ status: 412, code: 'RepeatabilityExpired', target: 'Repeatability-First-Sent', says: '24 hours' },
  },
];

const condition = (header: string, value: string | readonly string[]): BadRequest => ({
  name: `${header}: ${value}`,
  headers: { [header]: value },
  ...{
    status: 412,
    code: 'ConditionHeadersNotSupported',
    target: header,
    says: `${header} can't be checked`,
  },
});

export const CONDITIONS: readonly BadRequest[] = [
  condition('If-Match', '"67ab43"'),
  condition('If-Match', 'W/"67ab43"'),
  condition('If-Match', ['*', '"67ab43"']),
  condition('If-Match', ''),
  condition('If-None-Match', '*'),
  condition('If-None-Match', '"67ab43"'),
  condition('If-Unmodified-Since', date(-1)),
  condition('If-Unmodified-Since', 'yesterday'),
];
