import { isObject } from '../server/http.ts';

export type CloudEvent = {
  specversion: '1.0';
  id: string;
  source: string;
  type: string;
  subject?: string;
  time?: string;
  datacontenttype?: string;
  dataschema?: string;
  data?: unknown;
  data_base64?: string;
  [extension: string]: unknown;
};

const required = ['specversion', 'id', 'source', 'type'];
const optional = ['subject', 'time', 'datacontenttype', 'dataschema'];
const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$/;

/** What is wrong with a CloudEvent 1.0 in JSON form, or undefined. */
export function cloudEventFault(event: unknown): string | undefined {
  if (!isObject(event)) return 'an event is a JSON object';
  for (const name of required) if (!isText(event[name])) return `'${name}' is a required, non-empty string`;
  if (event.specversion !== '1.0') return `'specversion' is "1.0"`;
  for (const name of optional) {
    if (event[name] !== undefined && !isText(event[name])) return `'${name}' is a non-empty string`;
  }
  const { source, time } = event;
  if (!isUriReference(String(source))) return `'source' is a URI reference`;
  if (typeof time === 'string' && !(rfc3339.test(time) && !Number.isNaN(Date.parse(time)))) {
    return `'time' is an RFC 3339 timestamp`;
  }
  if (event.data !== undefined && event.data_base64 !== undefined) return `'data' excludes 'data_base64'`;
  return extensionFault(event);
}

/** Names are lower-case letters and digits; values are strings, integers or booleans. */
function extensionFault(event: Record<string, unknown>): string | undefined {
  for (const [name, value] of Object.entries(event)) {
    if (name === 'data' || name === 'data_base64') continue;
    if (!/^[a-z0-9]+$/.test(name)) return `'${name}' is no valid attribute name`;
    if (!['string', 'boolean'].includes(typeof value) && !Number.isInteger(value)) {
      return `'${name}' is a string, an integer or a boolean`;
    }
  }
  return undefined;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isUriReference(text: string): boolean {
  return /^[\w\-.~:/?#[\]@!$&'()*+,;=%]+$/.test(text) && URL.canParse(text, 'https://base.invalid');
}
