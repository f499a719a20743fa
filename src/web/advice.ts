import { ACCOUNT_ADVICE } from './advice-accounts.ts';
import { FAILURE_ADVICE } from './advice-failures.ts';
import { REQUEST_ADVICE } from './advice-requests.ts';

/** What a code means to the person who meets it, in words that pages and documents share. */
export interface Advice {
  readonly title: string;
  readonly meaning: string;
  /** What to do; where nothing is to be done, it says that. */
  readonly todo: string;
}

/** Every code of this app, and those of Azure that operators meet most. */
export const ADVICE: Readonly<Record<string, Advice>> = {
  ...ACCOUNT_ADVICE,
  ...FAILURE_ADVICE,
  ...REQUEST_ADVICE,
};

/** Codes that Azure made up are without end: for those it is the status in them, or the message, that says more. */
export function adviceFor(code: string): Advice {
  const known = Object.hasOwn(ADVICE, code) ? ADVICE[code] : undefined;
  if (known !== undefined) return known;
  const status = Number(/^Http(\d{3})$/.exec(code)?.[1]);
  if (status >= 500 || status === 429 || status === 408) return AZURE_TROUBLE;
  return {
    title: code,
    meaning: 'Azure refused the call with a code of its own; the message beside it is Azure’s.',
    todo: 'Follow the message. If it names a missing permission, compare the roles of the app’s identity with docs/deploy.md.',
  };
}

const AZURE_TROUBLE: Advice = {
  title: 'Azure has trouble',
  meaning: 'A service of Azure answered that it can’t serve the call now.',
  todo: 'Wait: the app tries again by itself. If it goes on for an hour, look at the health of the Azure service in the portal.',
};
