import fc from 'fast-check';

const BASE64_URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Keys as Azure Maps has and had them, and of the other forms that keys of Azure have. */
export function arbitraryKey(): fc.Arbitrary<string> {
  const text = (alphabet: string, length: number) =>
    fc
      .array(fc.constantFrom(...alphabet), { minLength: length, maxLength: length })
      .map((all) => all.join(''));
  return fc.oneof(
    text(BASE64_URL, 43),
    text(BASE64_URL, 84),
    text('0123456789abcdef', 32),
    text(BASE64_URL.replace('-_', '+/'), 86).map((key) => `${key}==`),
  );
}

type Disguise = (key: string) => string;

const cut =
  (length: number, separator: string): Disguise =>
  (key) =>
    key.match(new RegExp(`.{1,${length}}`, 'g'))?.join(separator) ?? key;

const eachAs =
  (write: (unit: number) => string): Disguise =>
  (key) =>
    Array.from(key, (character) => write(character.charCodeAt(0))).join('');

const hex = (unit: number, length: number) => unit.toString(16).padStart(length, '0');

/** How a service, or what is before it, may echo a key. */
export const DISGUISES: Readonly<Record<string, Disguise>> = {
  'as it is': (key) => key,
  'in base64 proper': (key) => `${key.replaceAll('-', '+').replaceAll('_', '/')}=`,
  'in two by a space': cut(22, ' '),
  'in pieces by spaces': cut(8, ' '),
  'in pieces by dots': cut(8, '.'),
  'in pieces by hyphens': cut(4, '-'),
  'in pieces by commas': cut(15, ','),
  'in pieces by line breaks': cut(12, '\r\n'),
  'in pieces by what has no width': cut(6, '\u200b'),
  'as a GUID’s look-alike': (key) => cut(8, '-')(key).slice(0, 36),
  'with escapes': eachAs((unit) => `\\u${hex(unit, 4)}`),
  'percent-encoded': eachAs((unit) => `%${hex(unit, 2)}`),
  'in small letters': (key) => key.toLowerCase(),
  'in capitals': (key) => key.toUpperCase(),
  'its first half': (key) => key.slice(0, Math.ceil(key.length / 2)),
  'its second half': (key) => key.slice(key.length / 2),
  'behind a word': (key) => `InvalidKey${key}`,
  'behind a system’s word': (key) => `ERR_${key.toUpperCase()}`,
  'as a frame of a stack': (key) => `oops\n    at ${key} (file:///app/${key}.js:1:1)`,
  'as a file in a frame of a stack': (key) => `oops\n    at work (/app/${key}.js:1:1)`,
  'in a signature': (key) => `https://a.table.core.windows.net/?sv=1&sig=${encodeURIComponent(key)}`,
  'in a header': (key) => `Authorization: SharedKey account:${key}`,
  'in a sentence': (key) => `The value '${key}' of the parameter is wrong.`,
};

export const disguises = Object.entries(DISGUISES);

export function arbitraryDisguise(): fc.Arbitrary<Disguise> {
  return fc.constantFrom(...Object.values(DISGUISES));
}

const RUN = 16;

/** Whether a text has sixteen characters of a key in a row, in whatever way they are written. */
export function holdsKey(text: string, key: string): boolean {
  return keysIn(text, [key]).length > 0;
}

/** The keys of which a text has sixteen characters in a row, in whatever way they are written. */
export function keysIn(text: string, keys: readonly string[]): string[] {
  const keyOf = new Map(keys.flatMap((key) => [...runsOf(key)].map((run) => [run, key] as const)));
  const found = new Set<string>();
  for (const run of runsOf(text)) {
    const key = keyOf.get(run);
    if (key !== undefined) found.add(key);
  }
  return [...found];
}

function* runsOf(text: string): Iterable<string> {
  const said = flat(text);
  for (let i = 0; i + RUN <= said.length; i++) yield said.slice(i, i + RUN);
}

/** Escapes undone, letters and digits alone. JSON within JSON doubles its backslashes. */
function flat(text: string): string {
  return text
    .replace(/\\+u([0-9a-f]{4})/gi, (_, unit: string) => String.fromCharCode(Number.parseInt(unit, 16)))
    .replace(/%([0-9a-f]{2})/gi, (_, unit: string) => String.fromCharCode(Number.parseInt(unit, 16)))
    .replace(/\\+[nrt]/g, '')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();
}
