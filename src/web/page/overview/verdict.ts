import type { Summary } from '../fleet/summary.ts';
import type { Status } from '../status/status-store.ts';
import type { Tone } from '../words/phrases.ts';
import { count, fromNow } from '../words/words.ts';
import type { Concern } from './attention.ts';

export interface VerdictFacts {
  readonly phase: Status['fleet']['phase'];
  readonly failures: Status['failures'];
  readonly summary: Summary;
  readonly concerns: readonly Concern[];
}

export interface Verdict {
  readonly headline: string;
  readonly tone: Tone;
}

/** The one sentence for who has a minute. All is well only where all of it was looked at. */
export function verdictOf({ phase, failures, summary, concerns }: VerdictFacts): Verdict {
  const { counts, unread } = summary;
  if (phase === 'stopped') {
    const what = counts.all === 0 ? 'The fleet could not be read' : 'The fleet could not be read to its end';
    return { headline: what, tone: 'bad' };
  }
  if (concerns.length > 0) {
    const verb = concerns.length === 1 ? 'needs' : 'need';
    const isError = concerns.some(({ severity }) => severity === 'error');
    return {
      headline: `${count(concerns.length, 'thing')} ${verb} a look`,
      tone: phase === 'loading' ? 'quiet' : isError ? 'bad' : 'warn',
    };
  }
  if (phase === 'loading' || failures === 'loading') return { headline: 'Reading the fleet', tone: 'quiet' };
  if (failures === 'unknown') return { headline: 'Past rotations could not be read', tone: 'warn' };
  if (counts.all === 0) return { headline: 'No account found', tone: 'warn' };
  if (unread > 0) return { headline: 'Not every account was looked at yet', tone: 'quiet' };
  return { headline: 'All is well', tone: 'good' };
}

/** What is rotated and what comes next; nothing where no account is known. */
export function outlookOf({ phase, summary }: VerdictFacts, now: number): string {
  const { counts, rotated, unread, nextDueAt } = summary;
  const rest = counts.all - rotated;
  if (counts.all === 0) {
    return phase === 'complete'
      ? 'The app sees no Azure Maps account: check ROTATION_SCOPES, and that its identity has its role there.'
      : '';
  }
  const sentences = [
    `${count(rotated, 'account')} ${isOrAre(rotated)} rotated by this app${
      rest > 0 ? `, ${rest.toLocaleString('en')} ${isOrAre(rest)} not` : ''
    }.`,
    ...(unread > 0
      ? [`The keys of ${unread.toLocaleString('en')} were not looked at yet: the timer’s next run does.`]
      : []),
    ...(counts.due > 0 ? [`${counts.due.toLocaleString('en')} would be rotated now.`] : []),
    ...(nextDueAt === undefined
      ? []
      : [`${counts.due > 0 ? 'After them, the' : 'The'} next one is due ${fromNow(nextDueAt, now)}.`]),
  ];
  return sentences.join(' ');
}

function isOrAre(number: number): string {
  return number === 1 ? 'is' : 'are';
}
