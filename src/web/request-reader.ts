import type { HttpRequest } from '@azure/functions';
import type { z } from 'zod';
import type { RequestIds } from '../app/ports.ts';
import type { Account, AccountPart } from '../core/account.ts';
import { misnamedParts, NAMING_RULES } from '../core/account.ts';
import type { Failure } from '../core/failure.ts';
import { fault } from '../core/failure.ts';
import { KEY_TYPES } from '../core/key-type.ts';
import { isUuid } from '../core/work-message.ts';
import { regenerateKeyBody } from './schema.ts';

export const API_VERSION = '2023-06-01';

const MAX_BODY_BYTES = 4096;

/** A value read from a request, or why it can't be. */
export type Read<T> = { readonly value: T } | { readonly failure: Failure };

const NAME_CODES: Readonly<Record<AccountPart, string>> = {
  subscriptionId: 'InvalidSubscriptionId',
  resourceGroupName: 'InvalidResourceGroupName',
  accountName: 'InvalidAccountName',
};

/** The account that a route names, checked by ARM's naming rules before anything is called. */
export function readAccount(request: HttpRequest): Read<Account> {
  const { subscriptionId = '', resourceGroupName = '', accountName = '' } = request.params;
  const account = { subscriptionId, resourceGroupName, accountName };
  const [wrong] = misnamedParts(account);
  if (wrong === undefined) return { value: account };
  const message = `'${shorten(account[wrong])}' is no valid ${wrong}: it must be ${NAMING_RULES[wrong]}.`;
  return { failure: fault(400, NAME_CODES[wrong], message, { target: wrong }) };
}

/** The query, each parameter at most once and each one known. Names without regard to case, as ARM reads them. */
export function readQuery<N extends string>(
  request: HttpRequest,
  known: readonly N[],
): Read<Partial<Record<N | 'api-version', string>>> {
  const values: Partial<Record<string, string>> = {};
  for (const [given, value] of new URL(request.url).searchParams) {
    const name = ['api-version', 'code', ...known].find(
      (candidate) => candidate.toLowerCase() === given.toLowerCase(),
    );
    if (name === undefined) {
      const allowed = ['api-version', ...known].join(', ');
      const message = `The query parameter '${shorten(given)}' is not known here. Known are: ${allowed}.`;
      return { failure: fault(400, 'InvalidQueryParameter', message, { target: shorten(given) }) };
    }
    if (values[name] !== undefined) {
      const code = name === 'api-version' ? 'InvalidApiVersionParameter' : 'InvalidQueryParameter';
      return {
        failure: fault(400, code, `The query parameter '${name}' is given more than once.`, { target: name }),
      };
    }
    values[name] = value;
  }
  const version = values['api-version'];
  if (version !== undefined && version !== API_VERSION) {
    const message = `The api-version '${shorten(version)}' is not supported. Use ${API_VERSION}, or leave it out.`;
    return { failure: fault(400, 'InvalidApiVersionParameter', message, { target: 'api-version' }) };
  }
  return { value: values as Partial<Record<N | 'api-version', string>> };
}

/** `?force=true`: lifts the overlap and the due date. */
export function readForce(request: HttpRequest): Read<boolean> {
  const query = readQuery(request, ['force']);
  if ('failure' in query) return query;
  const { force = 'false' } = query.value;
  if (force === 'true' || force === 'false') return { value: force === 'true' };
  const message = `force must be true or false, not '${shorten(force)}'.`;
  return { failure: fault(400, 'InvalidQueryParameter', message, { target: 'force' }) };
}

/** The ids under which the request may be repeated. `now`: milliseconds since 1970. */
export function readRequestIds(request: HttpRequest, now: number): Read<RequestIds> {
  const id = request.headers.get('repeatability-request-id');
  const sent = request.headers.get('repeatability-first-sent');
  const bad = (status: number, code: string, target: string, message: string) => ({
    failure: fault(status, code, message, { target }),
  });
  if (id === null && sent !== null) {
    return bad(
      400,
      'MissingHeader',
      'Repeatability-Request-ID',
      'Repeatability-First-Sent needs a Repeatability-Request-ID (a GUID) beside it.',
    );
  }
  if (id !== null) {
    if (!isUuid(id))
      return bad(
        400,
        'InvalidHeader',
        'Repeatability-Request-ID',
        'Repeatability-Request-ID must be a GUID.',
      );
    const first = sent === null ? Number.NaN : readHttpDate(sent);
    if (Number.isNaN(first) || first > now + CLOCK_SKEW) {
      const message =
        'Repeatability-First-Sent must be the HTTP date (such as Sun, 06 Nov 1994 08:49:37 GMT) at which the request was first sent, not one in the future.';
      return bad(400, 'InvalidHeader', 'Repeatability-First-Sent', message);
    }
    if (now - first > DAY + CLOCK_SKEW) {
      const message =
        'Repeatability-First-Sent is more than 24 hours ago. Find out what became of the request, and send a new one with a new id where it is still wanted.';
      return bad(412, 'RepeatabilityExpired', 'Repeatability-First-Sent', message);
    }
  }
  if (id !== null) return { value: { repeatability: id.toLowerCase() } };
  const client = request.headers.get('x-ms-client-request-id');
  return { value: isUuid(client) && client !== NIL_UUID ? { client: client.toLowerCase() } : {} };
}

const DAY = 86_400_000;
const CLOCK_SKEW = 600_000;
const NIL_UUID = '00000000-0000-0000-0000-000000000000';

const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

function readHttpDate(text: string): number {
  return HTTP_DATE.test(text) ? Date.parse(text) : Number.NaN;
}

/** Whether the caller wants no keys in the answer (RFC 7240). */
export function prefersMinimal(request: HttpRequest): boolean {
  const preferences = request.headers.get('prefer')?.match(/(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g) ?? [];
  return preferences.some((preference) => /^\s*return\s*=\s*"?minimal"?\s*(;|$)/i.test(preference));
}

/** The body `{"keyType": "primary" | "secondary"}`. */
export async function readKeyType(request: HttpRequest): Promise<Read<z.infer<typeof regenerateKeyBody>>> {
  const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json') {
    const message = `The Content-Type must be application/json, not '${shorten(type ?? '')}'.`;
    return { failure: fault(415, 'UnsupportedMediaType', message, { target: 'Content-Type' }) };
  }
  const encoding = request.headers.get('content-encoding')?.trim().toLowerCase();
  if (encoding !== undefined && encoding !== 'identity') {
    return {
      failure: fault(415, 'UnsupportedMediaType', 'The body must not be compressed.', {
        target: 'Content-Encoding',
      }),
    };
  }
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength > MAX_BODY_BYTES) {
    const message = `The body has ${bytes.byteLength} bytes; at most ${MAX_BODY_BYTES} are allowed.`;
    return { failure: fault(413, 'RequestBodyTooLarge', message, { target: 'body' }) };
  }
  const json = parseJson(bytes);
  if ('failure' in json) return json;
  const parsed = regenerateKeyBody.safeParse(json.value);
  if (parsed.success) return { value: parsed.data };
  return { failure: invalidBody(parsed.error) };
}

function parseJson(bytes: ArrayBuffer): Read<unknown> {
  const invalid = (problem: string): Read<unknown> => ({
    failure: fault(400, 'InvalidRequestContent', `${problem} ${BODY_RULE}`, { target: 'body' }),
  });
  if (bytes.byteLength === 0) return invalid('The body is empty.');
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    const names = text.match(/"(?:[^"\\]|\\.)*"(?=\s*:)/g) ?? [];
    if (names.filter((name) => JSON.parse(name) === 'keyType').length > 1) {
      return invalid('The body names keyType more than once.');
    }
    return { value };
  } catch {
    return invalid('The body is not JSON in UTF-8.');
  }
}

const BODY_RULE = `It must be {"keyType": ${KEY_TYPES.map((value) => `"${value}"`).join('} or {"keyType": ')}}.`;

function invalidBody(error: z.ZodError): Failure {
  const [issue] = error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const [name = ''] = issue.keys;
    const message = `The body has the property '${shorten(name)}', which is not known. ${BODY_RULE}`;
    return fault(400, 'InvalidRequestContent', message, { target: shorten(name) });
  }
  const target = issue?.path[0] === 'keyType' ? 'keyType' : 'body';
  const code = target === 'keyType' ? 'InvalidKeyType' : 'InvalidRequestContent';
  const problem =
    target === 'keyType' ? 'keyType is missing or has a wrong value.' : 'The body is no JSON object.';
  return fault(400, code, `${problem} ${BODY_RULE}`, { target });
}

/** What a caller sent, made fit to be shown in one line. */
export function shorten(text: string): string {
  const line = text.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '?');
  return line.length > 80 ? `${line.slice(0, 80)}…` : line;
}
