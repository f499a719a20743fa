import type { HealthAnswer } from '../status/wire.ts';
import { count } from '../words/words.ts';
import type { Concern } from './attention.ts';

/** What each timer does, by its function's name. */
export const TIMERS: Readonly<Record<string, string>> = {
  rotateDueAccounts: 'Rotates the accounts that are due',
  reconcileRotations: 'Wakes rotations that got stuck',
};

/** What a run counted, in words; a count that is not known here keeps its name. */
export function countsInWords(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .filter(([name, number]) => number > 0 || !QUIET_COUNTS.has(name))
    .map(([name, number]) => `${number.toLocaleString('en')} ${COUNT_WORDS[name] ?? name}`)
    .join(', ');
}

const COUNT_WORDS: Readonly<Record<string, string>> = {
  failedScopes: 'scopes not listed',
  unreadable: 'with an id that can’t be read',
  unread: 'with keys that can’t be read',
};

/** What is worth no word while it is 0. */
const QUIET_COUNTS = new Set(['failedScopes', 'unreadable', 'unread']);

/** What the last run of the timer left out, where nothing else on the page may show it any more. */
export function leftOutConcerns(health: HealthAnswer | undefined): readonly Concern[] {
  const run = health?.timers?.find(({ timer }) => timer === 'rotateDueAccounts');
  const { failedScopes = 0, unreadable = 0 } = run?.counts ?? {};
  if (failedScopes === 0 && unreadable === 0) return [];
  const parts = [
    ...(failedScopes > 0 ? [count(failedScopes, 'scope')] : []),
    ...(unreadable > 0 ? [count(unreadable, 'account')] : []),
  ];
  return [
    {
      id: 'left-out',
      severity: 'warning',
      title: `The timer’s last run left out ${parts.join(' and ')}`,
      meaning:
        'A scope that can’t be listed, or not to its end, hides accounts from the timer; an account whose id can’t be read is not rotated.',
      todo: 'See what else is shown here: the plan is read now, by the same lists. If it shows none of it, the trouble has passed, and the next run makes up for it. The log of that run names each scope and account.',
      total: failedScopes + unreadable,
      examples: [],
    },
  ];
}

/** A timer that stopped tells nobody, so the app's health does. */
export function healthConcerns(health: HealthAnswer | undefined): readonly Concern[] {
  const late = health?.timers?.filter((timer) => timer.late) ?? [];
  if (health === undefined || health.status === 'healthy') return [];
  const base = { id: 'health', severity: 'error' as const, total: 1 };
  if (late.length === 0) {
    return [
      {
        ...base,
        title: 'The app is not healthy',
        meaning: 'Its settings are wrong, or its storage account does not answer.',
        todo: 'Read the message of the app, if this page shows one, and the app’s log.',
        examples: [],
      },
    ];
  }
  return [
    {
      ...base,
      title: late.length === 1 ? 'A timer has stopped' : 'The timers have stopped',
      meaning: 'It has not run for longer than its schedule allows. Nothing is rotated by itself meanwhile.',
      todo: 'Restart the Function App in the portal; if it goes on, deploy it again, and look at its log for errors of the timer.',
      examples: late.map(({ timer, lastRunAt }) => ({
        name: timer,
        ...(lastRunAt !== undefined && { at: Date.parse(lastRunAt) }),
      })),
    },
  ];
}
