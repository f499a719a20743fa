import type { Recording } from './recording.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** What a value looks like, the narrowest first. */
const FORMS: readonly (readonly [name: string, form: RegExp])[] = [
  ['a UUID', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i],
  ['a time without zeros at its end', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{0,6}[1-9])?Z$/],
  ['an HTTP date', /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/],
  ['a trace', /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/],
  ['a route', /^[A-Z0-9]+:\d{8}T\d{6}Z:[0-9a-f-]{36}$/],
  [
    'an identifier of an operation',
    /^tenantId=[0-9a-f-]{36},objectId=[0-9a-f-]{36}\/[a-z0-9]+\/[0-9a-f-]{36}$/,
  ],
  [
    'a canonical ARM id',
    /^\/subscriptions\/[0-9a-f-]{36}\/resourceGroups\/[^/]+\/providers\/Microsoft\.Maps\/accounts\/[^/]+$/,
  ],
  ['the id of a version', /^https:\/\/[^/]+\/secrets\/[^/]+\/[0-9a-f]{32}$/],
  ['a URL', /^https?:\/\//],
  ['a token', /^[\w-]+\.[\w-]+\.[\w-]+$/],
  ['a key of 84 characters', /^[A-Za-z0-9]{84}$/],
  ['seconds since 1970', /^\d{10}$/],
  ['a count', /^\d+$/],
];

/** Whose value is the same for everybody, so that it has to be the recorded one. */
const CONSTANT = new Set([
  ...['code', 'type', 'tier', 'kind', 'createdByType', 'provisioningState', 'target', 'formatVersion'],
  ...[
    'recoveryLevel',
    'recoverableDays',
    'token_type',
    'statusCode',
    'contentType',
    'enabled',
    'disableLocalAuth',
  ],
  ...['cache-control', 'pragma', 'expires', 'content-type', 'strict-transport-security'],
  ...['x-content-type-options', 'api-supported-versions'],
]);

/** Of the connection, not of the service. */
const OF_THE_CONNECTION = new Set(['connection', 'keep-alive', 'content-length', 'transfer-encoding']);

/** Where an answer differs from what was recorded: other fields, other forms of values, other headers. */
export function differences(
  recording: Recording,
  answer: Answer,
  extraHeaders: readonly string[] = [],
): string[] {
  const headers = Object.fromEntries(
    [...answer.headers].filter(([name]) => !OF_THE_CONNECTION.has(name) && !extraHeaders.includes(name)),
  );
  return [
    ...(recording.status === answer.status ? [] : [`status: ${answer.status}, not ${recording.status}`]),
    ...compare(recording.headers, headers, 'headers'),
    ...compare(recording.body, answer.body, 'body'),
  ];
}

/** Each entry of a list has to look like one of those that were recorded. */
function compare(recorded: unknown, given: unknown, at: string): string[] {
  if (Array.isArray(recorded) && Array.isArray(given)) {
    if (recorded.length === 0) return given.length === 0 ? [] : [`${at}: not empty`];
    return given.flatMap((entry, index) => closest(recorded, entry, `${at}[${index}]`));
  }
  if (isObject(recorded) && isObject(given)) {
    return [...new Set([...Object.keys(recorded), ...Object.keys(given)])].flatMap((name) =>
      compareField(name, recorded, given, at),
    );
  }
  const [wanted, got] = [formOf(recorded), formOf(given)];
  return wanted === got ? [] : [`${at}: ${got}, not ${wanted}`];
}

function compareField(
  name: string,
  recorded: Readonly<Record<string, unknown>>,
  given: Readonly<Record<string, unknown>>,
  at: string,
): string[] {
  const here = `${at}.${name}`;
  if (!(name in given)) return [`${here}: missing`];
  if (!(name in recorded)) return [`${here}: never recorded`];
  if (name === 'message') return sameWords(recorded[name], given[name]) ? [] : [`${here}: ${given[name]}`];
  if (CONSTANT.has(name)) return recorded[name] === given[name] ? [] : [`${here}: ${given[name]}`];
  if (name === 'nextLink') return comparePorts(recorded[name], given[name], here);
  // Names that somebody chose are compared as names alone.
  if (name === 'tags') return isObject(given[name]) ? [] : [`${here}: no names and values`];
  return compare(recorded[name], given[name], here);
}

/** A link has the port in it, although it is the usual one; `null` ends some lists. */
function comparePorts(recorded: unknown, given: unknown, at: string): string[] {
  const form = (link: unknown) => (typeof link === 'string' ? /^https:\/\/[^/:]+:\d+\//.test(link) : link);
  return form(recorded) === form(given) ? [] : [`${at}: ${given}`];
}

function closest(recorded: readonly unknown[], entry: unknown, at: string): string[] {
  const all = recorded.map((other) => compare(other, entry, at));
  return all.toSorted((left, right) => left.length - right.length)[0] ?? [];
}

function formOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'number') return formOf(String(value)).replace(/^/, 'number: ');
  if (typeof value !== 'string') return typeof value;
  return FORMS.find(([, form]) => form.test(value))?.[0] ?? 'a text';
}

/** What is of the one who asked, such as ids, names and numbers, may be another. */
function sameWords(recorded: unknown, given: unknown): boolean {
  return words(recorded) === words(given);
}

function words(text: unknown): string {
  return String(text)
    .replace(/\/subscriptions\/[\w./-]+/g, 'ID')
    .replace(/(vault|Vault:) '?\w+;/g, '$1 NAME;')
    .replace(/'[^']*'/g, 'QUOTED')
    .replace(/\d+\/\d+\/\d{4} \d+:\d\d:\d\d [AP]M/g, 'TIME')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, 'UUID');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
