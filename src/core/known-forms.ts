import { printable } from './plain-text.ts';

/*
 * The gate for what services, libraries and people say: only what has one of these forms goes into an answer, a log, an
 * event, a row or a span. None of them has room for a key, whole, split, or written in another way.
 */

/** A word of an error code. The shortest ones are named, since any two letters would fit a key. */
const WORD = '(?:[A-Z][a-z]{2,14}|At|Be|By|Id|In|Ip|Is|No|Of|On|Or|To)';
const CODE = new RegExp(`^${WORD}{1,8}$`);
const LONGEST_CODE = 64;

/** Codes and names in words, such as `AuthorizationFailed` or `RestError`; undefined for all else. */
export function toCode(said: unknown): string | undefined {
  return typeof said === 'string' && said.length <= LONGEST_CODE && CODE.test(said) ? said : undefined;
}

/** What Node.js and OpenSSL say of connections and certificates. */
const SYSTEM_CODE =
  /^(?:E[A-Z]{2,14}|EAI_[A-Z]{3,10}|(?:UND_)?ERR(?:_[A-Z]{2,12}){1,5}|CERT(?:_[A-Z]{2,10}){1,5}|UNABLE_TO(?:_[A-Z]{2,12}){1,6}|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|HOSTNAME_MISMATCH|PARSE_ERROR|REQUEST_SEND_ERROR)$/;

/** Such as `ECONNRESET`. */
export function toSystemCode(said: unknown): string | undefined {
  return typeof said === 'string' && SYSTEM_CODE.test(said) ? said : undefined;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A UUID of any version, in any case. */
export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value);
}

/** Ids of requests, which all services of Azure write as GUIDs. */
export function toGuid(said: unknown): string | undefined {
  return isUuid(said) ? said : undefined;
}

const LONGEST_QUOTE = 15;

/** What a person wrote, quoted where it is short; a longer value may be a secret in the wrong place. */
export function quoted(value: string): string {
  const letters = value.replace(/[^\p{L}\p{N}]/gu, '').length;
  const isShort = letters <= LONGEST_QUOTE && value.length <= 2 * LONGEST_QUOTE;
  return isShort ? `'${printable(value)}'` : `a text of ${value.length} characters`;
}
