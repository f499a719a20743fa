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

const SOMETIMES: Readonly<Record<HeaderName, HeaderObject & { readonly name: string }>> = {
  RotationId: {
    name: 'x-ms-rotation-id',
    description:
      'Id of the rotation, where there is one: that of this request, the one that it repeats, or the one that stands in its way. Also the id of its event.',
    schema: { type: 'string', format: 'uuid', examples: [ROTATION_ID] },
  },
  RetryAfter: {
    name: 'Retry-After',
    description: 'After how many seconds the same request can succeed, where waiting helps.',
    schema: { type: 'integer', minimum: 0 },
  },
  RepeatabilityResult: {
    name: 'Repeatability-Result',
    description:
      'What became of a request with a `Repeatability-Request-ID`: answered, or refused for its id. Absent where it was neither, so that it can be repeated.',
    schema: { enum: ['accepted', 'rejected'] },
  },
  WwwAuthenticate: {
    name: 'WWW-Authenticate',
    description: 'How to sign in.',
    schema: { const: 'Bearer' },
  },
};

type Key = keyof typeof ALWAYS | 'ErrorCode' | HeaderName;

const ALL: Readonly<Record<Key, HeaderObject & { readonly name: string }>> = {
  ...ALWAYS,
  ErrorCode: ERROR,
  ...SOMETIMES,
};
const OF_SUCCESS = Object.keys(ALWAYS) as readonly Key[];
const OF_ERROR: readonly Key[] = [...OF_SUCCESS, 'ErrorCode'];

export function headerComponents(): Record<string, HeaderObject> {
  return Object.fromEntries(Object.entries(ALL).map(([key, { name, ...header }]) => [key, header]));
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
