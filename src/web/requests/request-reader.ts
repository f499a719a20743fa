import { MIMEType } from 'node:util';
import type { HttpRequest } from '@azure/functions';
import type { z } from 'zod';
import type { Account, AccountPart } from '../../core/account/account.ts';
import { KEY_TYPES } from '../../core/account/key-type.ts';
import type { Failure } from '../../core/failure.ts';
import { fault } from '../../core/failure.ts';
import { accountPath, plainQuery, regenerateKeyBody, rotateQuery } from '../schema/requests.ts';
import { shorten } from './shorten.ts';

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
  const parsed = accountPath.safeParse({ subscriptionId, resourceGroupName, accountName });
  return parsed.success ? { value: parsed.data } : refuse(parsed.error, (part) => NAME_CODES[part]);
}

/** The query, each parameter at most once and each one known. Names without regard to case, as ARM reads them. */
export function readQuery<S extends z.ZodRawShape>(
  request: HttpRequest,
  schema: z.ZodObject<S>,
): Read<z.output<z.ZodObject<S>>> {
  const known = Object.keys(schema.shape);
  const values: Partial<Record<string, string>> = {};
  for (const [given, value] of new URL(request.url).searchParams) {
    const name = ['code', ...known].find((candidate) => candidate.toLowerCase() === given.toLowerCase());
    if (name === undefined) {
      const message = `The query parameter '${shorten(given)}' is not known here. Known are: ${known.join(', ')}.`;
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
  const parsed = schema.safeParse(values);
  return parsed.success ? { value: parsed.data } : refuse(parsed.error, queryCode);
}

/** Of a route that takes no parameter but the version. */
export function readPlainQuery(request: HttpRequest): Read<z.output<typeof plainQuery>> {
  return readQuery(request, plainQuery);
}

/** `?force=true`: lifts the overlap and the due date. */
export function readForce(request: HttpRequest): Read<boolean> {
  const query = readQuery(request, rotateQuery);
  return 'failure' in query ? query : { value: query.value.force };
}

const QUERY_CODES: Readonly<Record<string, string>> = {
  'api-version': 'InvalidApiVersionParameter',
  force: 'InvalidQueryParameter',
};

function queryCode(name: PropertyKey): string {
  return QUERY_CODES[String(name)] ?? 'InvalidParameter';
}

/** The first thing that a schema has against a request, in the schema's own words. */
export function refuse<T>(
  error: z.ZodError<T>,
  codeOf: (name: Extract<keyof T, string>) => string,
): { readonly failure: Failure } {
  const [issue] = error.issues;
  const name = String(issue?.path[0]) as Extract<keyof T, string>;
  return { failure: fault(400, codeOf(name), issue?.message ?? '', { target: name }) };
}

/** Whether the caller wants no keys in the answer (RFC 7240). */
export function prefersMinimal(request: HttpRequest): boolean {
  const preferences = request.headers.get('prefer')?.match(/(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g) ?? [];
  return preferences.some((preference) => /^\s*return\s*=\s*"?minimal"?\s*(;|$)/i.test(preference));
}

/** The body `{"keyType": "primary" | "secondary"}`. */
export async function readKeyType(request: HttpRequest): Promise<Read<z.infer<typeof regenerateKeyBody>>> {
  const mistyped = refuseType(request.headers.get('content-type') ?? '');
  if (mistyped !== undefined) return { failure: mistyped };
  const encoding = request.headers.get('content-encoding')?.trim().toLowerCase();
  if (encoding !== undefined && encoding !== 'identity') {
    return {
      failure: fault(415, 'UnsupportedMediaType', 'The body must not be compressed.', {
        target: 'Content-Encoding',
      }),
    };
  }
  const bytes = await readBytes(request);
  if ('failure' in bytes) return bytes;
  const json = parseJson(bytes.value);
  if ('failure' in json) return json;
  const parsed = regenerateKeyBody.safeParse(json.value);
  if (parsed.success) return { value: parsed.data };
  return { failure: invalidBody(parsed.error) };
}

function refuseType(given: string): Failure | undefined {
  const { essence, params } = toMimeType(given) ?? {};
  const charset = params?.get('charset') ?? 'utf-8';
  if (essence === 'application/json' && /^utf-?8$/i.test(charset)) return undefined;
  const problem =
    essence === 'application/json'
      ? `with the charset utf-8, not '${shorten(charset)}'`
      : `not '${shorten(given.split(';', 1)[0]?.trim() ?? '')}'`;
  const message = `The Content-Type must be application/json, ${problem}.`;
  return fault(415, 'UnsupportedMediaType', message, { target: 'Content-Type' });
}

function toMimeType(given: string): MIMEType | undefined {
  try {
    return new MIMEType(given);
  } catch {
    return undefined;
  }
}

/** No more of the body than is allowed: what is said to be larger is not read, and what turns out to be is left. */
async function readBytes({
  headers,
  body,
}: Pick<HttpRequest, 'headers' | 'body'>): Promise<Read<Uint8Array>> {
  const said = Number(headers.get('content-length') ?? Number.NaN);
  if (said > MAX_BODY_BYTES) return { failure: bodyTooLarge(`${said}`) };
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.byteLength;
    if (size > MAX_BODY_BYTES) return { failure: bodyTooLarge(`more than ${MAX_BODY_BYTES}`) };
    chunks.push(chunk);
  }
  return { value: Buffer.concat(chunks) };
}

function bodyTooLarge(bytes: string): Failure {
  const message = `The body has ${bytes} bytes; at most ${MAX_BODY_BYTES} are allowed.`;
  return fault(413, 'RequestBodyTooLarge', message, { target: 'body' });
}

function parseJson(bytes: Uint8Array): Read<unknown> {
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
