import type { z } from 'zod';
import type { AppRole } from '../requests/caller.ts';
import { ACCOUNT_ERRORS } from './account-errors.ts';
import type { SchemaName } from './component-schemas.ts';
import type { ErrorCase } from './request-errors.ts';
import { REQUEST_ERRORS } from './request-errors.ts';
import type { HeaderObject } from './types.ts';

export const ERRORS = { ...REQUEST_ERRORS, ...ACCOUNT_ERRORS } satisfies Readonly<Record<string, ErrorCase>>;

export type ErrorCode = keyof typeof ERRORS;

export const TAGS = {
  Keys: 'Regenerate a key of an account, as it is told or by the policy.',
  Rotations: 'What was, is and will be rotated. No answer has a key.',
  App: 'The app itself.',
} as const;

/** The headers of answers, by their component's name. */
export type HeaderName = 'RotationId' | 'RetryAfter' | 'RepeatabilityResult' | 'WwwAuthenticate';

export interface Success {
  readonly description: string;
  readonly headers?: readonly HeaderName[];
  /** Those that no other answer has. */
  readonly ownHeaders?: Readonly<Record<string, HeaderObject>>;
  /** By media type; a schema of the components, or text. */
  readonly content: Readonly<Record<string, Content>>;
  /** Whether `getRotation` has more about it. */
  readonly linksRotation?: true;
}

export interface Content {
  readonly schema: SchemaName | 'text';
  readonly examples: Readonly<Record<string, { readonly summary: string; readonly value: unknown }>>;
}

/** One route of the app. A new one is one entry in the list of `operations.ts`. */
export interface Operation {
  /** The function's name. */
  readonly operationId: string;
  readonly method: 'get' | 'post';
  /** The function's route, without constraints. */
  readonly path: string;
  readonly tag: keyof typeof TAGS;
  readonly summary: string;
  readonly description: string;
  readonly externalDocs?: { readonly url: string; readonly description: string };
  /** The app roles that a caller needs; none: it is open to everybody. */
  readonly roles: readonly AppRole[];
  readonly pathParameters?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly headers?: readonly z.ZodObject[];
  readonly body?: SchemaName;
  readonly successes: Readonly<Record<number, Success>>;
  readonly errors: readonly ErrorCode[];
  /** Whether ARM's own errors are passed on, so that others than those listed are to be expected. */
  readonly passesOnErrors?: true;
}

/** What any route that is not open may answer. */
export const GUARD_ERRORS: readonly ErrorCode[] = [
  ...(['InvalidQueryParameter', 'InvalidApiVersionParameter', 'Unauthorized', 'MissingAppRole'] as const),
  ...(['InvalidConfiguration', 'InternalError', 'IdentityUnavailable', 'StorageUnavailable'] as const),
];
