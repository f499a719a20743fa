import { LONGEST_RETRY_AFTER } from '../../core/retry-after.ts';
import type { HttpAuth } from '../../settings/settings.ts';
import { ROTATION_ID } from '../schema/values.ts';
import type { HeaderName } from './operation.ts';
import type { HeaderObject, Reference, ResponseHeaders } from './types.ts';

const REQUIRED = { required: true } as const;

/** What each answer of the app has, whatever it says. */
const ALWAYS = {
  RequestId: {
    name: 'x-ms-request-id',
    description: "Id of the request, as the app's log has it.",
    ...REQUIRED,
    schema: { type: 'string', format: 'uuid' },
  },
  CacheControl: {
    name: 'Cache-Control',
    description: 'No answer may be kept: some have keys, the others are out of date at once.',
    ...REQUIRED,
    schema: { const: 'no-store' },
  },
  ContentTypeOptions: {
    name: 'X-Content-Type-Options',
    description: 'The content is what its type says.',
    ...REQUIRED,
    schema: { const: 'nosniff' },
  },
} as const;

const ERROR = {
  name: 'x-ms-error-code',
  description: 'The code of the error.',
  ...REQUIRED,
  schema: { type: 'string' },
} as const;

/** What each answer has where its request asks for it. */
const ASKED_FOR = {
  ClientRequestId: {
    name: 'x-ms-client-request-id',
    description:
      "The caller's own id of the request, where it is a GUID and `x-ms-return-client-request-id: true` asks for it.",
    schema: { type: 'string', format: 'uuid' },
  },
} as const;

const SOMETIMES: Readonly<Record<HeaderName, HeaderObject & { readonly name: string }>> = {
  RotationId: {
    name: 'x-ms-rotation-id',
    description:
      'Id of the rotation, where there is one: that of this request, the one that it repeats, or the one that stands in its way. Also the id of its event.',
    schema: { type: 'string', format: 'uuid', examples: [ROTATION_ID] },
  },
  RetryAfter: {
    name: 'Retry-After',
    description: 'After how many seconds the same request can succeed, where waiting helps; a day at most.',
    schema: { type: 'integer', minimum: 0, maximum: LONGEST_RETRY_AFTER },
  },
  RepeatabilityResult: {
    name: 'Repeatability-Result',
    description:
      'To each request with a `Repeatability-Request-ID` or `Repeatability-First-Sent`. `rejected`: for these headers themselves, which are wrong, too old, or of another request. `accepted`: however often the request is sent with them, it regenerates one key at most; what became of it is told by the rest of the answer.',
    schema: { enum: ['accepted', 'rejected'] },
  },
  WwwAuthenticate: {
    name: 'WWW-Authenticate',
    description: 'How to sign in.',
    schema: { const: 'Bearer' },
  },
};

type Key = keyof typeof ALWAYS | keyof typeof ASKED_FOR | 'ErrorCode' | HeaderName;

const ALL: Readonly<Record<Key, HeaderObject & { readonly name: string }>> = {
  ...ALWAYS,
  ...ASKED_FOR,
  ErrorCode: ERROR,
  ...SOMETIMES,
};
const OF_SUCCESS = Object.keys({ ...ALWAYS, ...ASKED_FOR }) as readonly Key[];
const OF_ERROR: readonly Key[] = [...OF_SUCCESS, 'ErrorCode'];

/** With function keys it is the host that answers 401. */
export function headerComponents(auth: HttpAuth): Record<string, HeaderObject> {
  const used = Object.entries(ALL).filter(([key]) => auth === 'entra' || key !== 'WwwAuthenticate');
  return Object.fromEntries(used.map(([key, { name, ...header }]) => [key, header]));
}

/** The headers of an answer of the app, with those that only such an answer has. */
export function headersOf(kind: 'success' | 'error', sometimes: readonly HeaderName[]): ResponseHeaders {
  const keys = [...(kind === 'error' ? OF_ERROR : OF_SUCCESS), ...sometimes];
  return Object.fromEntries(keys.map((key) => [ALL[key].name, toReference(key)]));
}

/** The headers of an error where the host may have answered in the app's place, so that none of them is sure. */
export function optionalErrorHeaders(sometimes: readonly HeaderName[]): ResponseHeaders {
  return Object.fromEntries(
    [...OF_ERROR, ...sometimes].map((key) => {
      const { name, required, ...header } = ALL[key];
      return [name, required ? header : toReference(key)];
    }),
  );
}

function toReference(key: Key): Reference {
  return { $ref: `#/components/headers/${key}` };
}
