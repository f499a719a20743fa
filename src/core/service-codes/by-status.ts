import {
  APPLIES_LATE,
  BUSY,
  inTrouble,
  NEEDS_ROLE,
  PASSES,
  STAYS,
  THROTTLED,
  TOKEN_REFUSED,
} from './presets.ts';
import type { ServiceCode } from './types.ts';

const REFUSED = {
  ...STAYS,
  carriedOut: 'unknown',
  status: 400,
  title: 'Request refused',
  meaning: '{service} does not take the request as the app sends it.',
  todo: 'Look the code up in the documentation of {service}. If it stays, report it.',
} as const satisfies ServiceCode;

/** Codes that nobody knows go by the status that they came with. 409, 412, 423 and 429 are alike: nothing was done. */
const BY_STATUS: Readonly<Record<number, ServiceCode>> = {
  401: { ...APPLIES_LATE, ...TOKEN_REFUSED, status: 401 },
  403: { ...APPLIES_LATE, ...NEEDS_ROLE, status: 403 },
  404: {
    ...STAYS,
    status: 404,
    title: 'Not found',
    meaning: 'There is no such thing at {scope}.',
    todo: 'Check the setting that names it, or the names that it is made of.',
  },
  408: inTrouble(408, '{service} did not get the whole request in time.'),
  409: { ...PASSES, ...BUSY, status: 409 },
  412: { ...PASSES, ...BUSY, status: 412 },
  423: { ...PASSES, ...BUSY, status: 423 },
  429: { ...PASSES, ...THROTTLED, status: 429 },
  500: inTrouble(500, 'That is an error on its side.'),
  502: inTrouble(502, 'What is behind it gave no answer that can be used.'),
  503: inTrouble(503, '{service} can’t serve the call now.'),
  504: inTrouble(504, 'What is behind it did not answer in time.'),
};

/** The statuses that have a meaning of their own, and 400, which stands for all other refusals. */
export const KNOWN_STATUSES: readonly number[] = [400, ...Object.keys(BY_STATUS).map(Number)];

export function codeByStatus(status: number): ServiceCode {
  const known = BY_STATUS[status];
  if (known !== undefined) return known;
  return { ...(status >= 500 ? codeByStatus(500) : REFUSED), status };
}
