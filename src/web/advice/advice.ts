import { codeByStatus } from '../../core/service-codes/by-status.ts';
import { ACCOUNT_ADVICE } from './advice-accounts.ts';
import { FAILURE_ADVICE } from './advice-failures.ts';
import { REQUEST_ADVICE } from './advice-requests.ts';
import { SERVICE_ADVICE, toAdvice } from './advice-services.ts';

/** What a code means to the person who meets it, in words that pages and documents share. */
export interface Advice {
  readonly title: string;
  readonly meaning: string;
  /** What to do; where nothing is to be done, it says that. */
  readonly todo: string;
}

/** Every code of this app, and those that the services of Azure are known to use. */
export const ADVICE: Readonly<Record<string, Advice>> = {
  ...SERVICE_ADVICE,
  ...ACCOUNT_ADVICE,
  ...FAILURE_ADVICE,
  ...REQUEST_ADVICE,
};

/** Codes that Azure made up are without end: for those it is the status in them, or the message, that says more. */
export function adviceFor(code: string): Advice {
  const known = Object.hasOwn(ADVICE, code) ? ADVICE[code] : undefined;
  if (known !== undefined) return known;
  const status = Number(/^Http(\d{3})$/.exec(code)?.[1]);
  if (status >= 400) return toAdvice(codeByStatus(status));
  return {
    title: code,
    meaning:
      'Azure refused the call with a code of its own; the message beside it is the app’s, by the status.',
    todo: 'Follow the message. If it names a missing permission, compare the roles of the app’s identity with docs/deploy.md.',
  };
}
