import { toCode } from '../known-forms.ts';
import { knownCode, SERVICE_CODES } from './index.ts';

const SPELLINGS: ReadonlyMap<string, string> = new Map(
  Object.values(SERVICE_CODES)
    .flatMap((codes) => Object.keys(codes))
    .map((code) => [code.toLowerCase(), code]),
);

/** What a service says as its code: a known one as the table spells it, whatever the case of its letters. */
export function toSaidCode(said: unknown): string | undefined {
  const known = typeof said === 'string' ? SPELLINGS.get(said.toLowerCase()) : undefined;
  return known ?? toCode(said);
}

/** The statuses under which a general code may stand for a refusal that stays until somebody acts. */
const REFUSALS: ReadonlySet<number | undefined> = new Set([403, 409]);

/** The code of an answer; in the place of one that may pass, the first of those within that is known to stay. */
export function mostLasting(
  status: number | undefined,
  code: string | undefined,
  within: readonly (string | undefined)[],
): string | undefined {
  if (!REFUSALS.has(status) || stays(code)) return code;
  return within.find(stays) ?? code;
}

function stays(code: string | undefined): boolean {
  const known = code === undefined ? undefined : knownCode(code);
  return known !== undefined && !known.passes && REFUSALS.has(known.status);
}
