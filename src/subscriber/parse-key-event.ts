import type * as z from 'zod/mini';
import type { KeyEvent } from './events.ts';
import { keyEvent } from './schema.ts';

/** What was delivered is no event of this app. It says where and which rule is broken, and quotes no value. */
export class KeyEventError extends Error {
  override readonly name = 'KeyEventError';
  /** The attribute, such as `data.keyType`; empty where it is the whole body. */
  readonly path: string;
  readonly rule: string;

  constructor(path: string, rule: string) {
    super(`The event is not valid: ${path === '' ? 'it' : path} ${rule}.`);
    this.path = path;
    this.rule = rule;
  }
}

/** One event as Event Grid delivers it. Fields of `data` that this version does not know are left out. */
export function parseKeyEvent(body: unknown): KeyEvent {
  return parse(body, []);
}

/** What one request delivers: an event, or an array of them, where the subscription asks for batches. */
export function parseKeyEvents(body: unknown): readonly KeyEvent[] {
  return Array.isArray(body) ? body.map((event, index) => parse(event, [index])) : [parse(body, [])];
}

function parse(body: unknown, at: readonly PropertyKey[]): KeyEvent {
  const result = keyEvent.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue === undefined) throw new KeyEventError(toPath(at), 'is not valid');
  throw new KeyEventError(toPath([...at, ...issue.path]), toRule(issue));
}

function toPath(keys: readonly PropertyKey[]): string {
  return keys.map(String).join('.');
}

/** In words of its own: those of the validator could quote what was delivered. */
function toRule(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be of the type ${issue.expected}`;
    case 'invalid_value':
      return `must be ${issue.values.join(' or ')}`;
    case 'invalid_format':
      return FORMATS[issue.format] ?? 'must have another form';
    case 'too_small':
      return 'must not be empty';
    case 'invalid_union':
      return `must be ${keyEvent.def.options.map(({ shape }) => shape.type.def.values).join(' or ')}`;
    default:
      return 'is not valid';
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  datetime: 'must be a time as in RFC 3339',
  guid: 'must be a GUID',
  regex: 'must be the id of a version of a Key Vault secret',
};
