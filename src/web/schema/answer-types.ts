import type { z } from 'zod';
import type { errorResponse, mapsAccountKeys, rotation, rotationList } from './answers.ts';
import type { openApi } from './document-answers.ts';
import type { health, plan } from './fleet-answers.ts';

/** The type of an answer as the app makes it: by its schema, and not to be changed. */
export type Answer<S extends z.ZodType> = ReadonlyDeep<z.output<S>>;

type ReadonlyDeep<T> = T extends object ? { readonly [K in keyof T]: ReadonlyDeep<T[K]> } : T;

export type KeysAnswer = Answer<typeof mapsAccountKeys>;
export type ErrorAnswer = Answer<typeof errorResponse>;

/** Every answer in JSON that has no key and is no error. */
export type DataAnswer =
  | Answer<typeof rotation>
  | Answer<typeof rotationList>
  | Answer<typeof plan>
  | Answer<typeof health>
  | Answer<typeof openApi>;
