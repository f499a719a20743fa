import { codeByStatus, KNOWN_STATUSES } from '../../core/service-codes/by-status.ts';
import { fillIn, SERVICE_CODES } from '../../core/service-codes/index.ts';
import type { ServiceCode, ServiceCodes } from '../../core/service-codes/types.ts';
import type { Advice } from './advice.ts';

/** What the table of the services' codes says of one, without a call that it is about. */
export function toAdvice({ title, meaning, todo }: ServiceCode): Advice {
  return { title, meaning: fillIn(meaning), todo: fillIn(todo) };
}

/** An answer without a code, or with one that nobody can read, is told by its status. */
export const STATUS_CODES: ServiceCodes = Object.fromEntries(
  KNOWN_STATUSES.map((status) => [`Http${status}`, codeByStatus(status)]),
);

/** All codes of Azure, of whatever service. */
export const SERVICE_ADVICE: Readonly<Record<string, Advice>> = Object.fromEntries(
  [...Object.values(SERVICE_CODES), STATUS_CODES].flatMap((codes) =>
    Object.entries<ServiceCode>(codes).map(([code, meaning]) => [code, toAdvice(meaning)]),
  ),
);
