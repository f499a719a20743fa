import { type Incoming, isObject, mediaType, parseJson, type Reply } from '../server/http.ts';
import { badParameter } from './key-vault-errors.ts';
import { type Secret, type SecretContent, type SecretVersion, secretId } from './key-vault-store.ts';

type Refused = { refusal: Reply };
type Change = Partial<Omit<SecretContent, 'value'>>;

const valueLimit = 25 * 1024;
const contentTypeLimit = 255;
const tagLimit = 15;
const tagTextLimit = 256;
const recoverableDays = 90;
const day = 24 * 60 * 60;

export function readContent(incoming: Incoming): { content: SecretContent } | Refused {
  const body = readBody(incoming, ['value', 'contentType', 'attributes', 'tags']);
  if ('refusal' in body) return body;
  const { value } = body.members;
  if (typeof value !== 'string') return refuse('The request body must have a value, a string.');
  if (Buffer.byteLength(value) > valueLimit) return refuse(`The value is over ${valueLimit} bytes.`);
  const read = toChange(body.members);
  if ('refusal' in read) return read;
  const nothing = { contentType: undefined, tags: undefined, notBefore: undefined, expires: undefined };
  return { content: { ...nothing, enabled: true, ...read.change, value } };
}

/** What the body does not give stays as it is. */
export function readChange(incoming: Incoming): { change: Change } | Refused {
  const body = readBody(incoming, ['contentType', 'attributes', 'tags']);
  return 'refusal' in body ? body : toChange(body.members);
}

function readBody(
  incoming: Incoming,
  known: readonly string[],
): { members: Record<string, unknown> } | Refused {
  if (mediaType(incoming) !== 'application/json') return refuse('The Content-Type must be application/json.');
  const parsed = parseJson(incoming.body);
  if (!parsed.ok || !isObject(parsed.value)) return refuse('The request body is not a JSON object.');
  const unknown = Object.keys(parsed.value).find((name) => !known.includes(name));
  return unknown === undefined ? { members: parsed.value } : invalid(unknown);
}

function toChange(members: Record<string, unknown>): { change: Change } | Refused {
  const { contentType, tags, attributes } = members;
  if (!isUnset(contentType) && !isShortText(contentType, contentTypeLimit)) return invalid('contentType');
  if (!isUnset(tags) && !isTags(tags)) return invalid('tags');
  if (!isUnset(attributes) && !isObject(attributes)) return invalid('attributes');
  const { enabled, nbf, exp, ...others } = isObject(attributes) ? attributes : {};
  const unknown = Object.keys(others)[0];
  if (unknown !== undefined) return invalid(unknown);
  if (!isUnset(enabled) && typeof enabled !== 'boolean') return invalid('enabled');
  if (!isUnset(nbf) && !isTime(nbf)) return invalid('nbf');
  if (!isUnset(exp) && !isTime(exp)) return invalid('exp');
  return {
    change: {
      ...(!isUnset(contentType) && { contentType }),
      ...(!isUnset(tags) && { tags }),
      ...(!isUnset(enabled) && { enabled }),
      ...(!isUnset(nbf) && { notBefore: nbf }),
      ...(!isUnset(exp) && { expires: exp }),
    },
  };
}

function isUnset(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

function isShortText(value: unknown, limit: number): value is string {
  return typeof value === 'string' && value.length <= limit;
}

function isTags(value: unknown): value is Record<string, string> {
  if (!isObject(value)) return false;
  const tags = Object.entries(value);
  return tags.length <= tagLimit && tags.flat().every((text) => isShortText(text, tagTextLimit));
}

function isTime(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0;
}

function invalid(name: string): Refused {
  return refuse(`Property ${name} has invalid value\r\n`);
}

function refuse(message: string): Refused {
  return { refusal: badParameter(message) };
}

/** As lists and deletions show a version; `toBundle` adds the value. */
export function toItem(id: string, version: SecretVersion): Record<string, unknown> {
  return {
    id,
    ...(version.contentType !== undefined && { contentType: version.contentType }),
    attributes: {
      enabled: version.enabled,
      ...(version.notBefore !== undefined && { nbf: version.notBefore }),
      ...(version.expires !== undefined && { exp: version.expires }),
      created: version.created,
      updated: version.updated,
      recoveryLevel: 'Recoverable+Purgeable',
      recoverableDays,
    },
    ...(version.tags !== undefined && { tags: version.tags }),
  };
}

export function toBundle(origin: string, secret: Secret, version: SecretVersion): Record<string, unknown> {
  return { value: version.value, ...toItem(secretId(origin, secret, version), version) };
}

export function toDeletedBundle(
  origin: string,
  secret: Secret,
  version: SecretVersion,
): Record<string, unknown> {
  const deletedDate = secret.deletedAt ?? 0;
  return {
    recoveryId: `${origin}/deletedsecrets/${secret.name}`,
    deletedDate,
    scheduledPurgeDate: deletedDate + recoverableDays * day,
    ...toItem(secretId(origin, secret, version), version),
  };
}
