import { print, printTable } from '../bench/figures.ts';
import { groupBy, relate } from './facts.ts';
import type { Disturbance, History } from './history.ts';
import type { Finding } from './oracle.ts';

/** A while of faults on a storage account of its own, and what came of it. */
export interface Round {
  readonly history: History;
  readonly findings: readonly Finding[];
  readonly minutes: number;
  readonly restSeconds: number;
  readonly poison: number;
}

export function printFigures(seed: number, rounds: readonly Round[]): void {
  printTable(['figure', 'value'], [['seed', String(seed)], ...figures(rounds)]);
  const all = collector(rounds);
  const answers = all(({ answers }) => answers);
  printCounts(
    'answers',
    answers.map(({ route, status, code }) => `${route} ${status || 'no answer'} ${code ?? ''}`),
  );
  const runs = all(({ runs }) => runs);
  printCounts(
    'runs of timers',
    runs.map(({ name, status }) => `${name} ${status || 'no answer'}`),
  );
  printCounts('faults', faults(all(({ disturbances }) => disturbances)));
  const findings = rounds.flatMap((round) => round.findings);
  if (findings.length === 0) return;
  printCounts(
    'findings',
    findings.map(({ kind }) => kind),
  );
}

function figures(rounds: readonly Round[]): [string, string][] {
  const all = collector(rounds);
  const sum = (figure: (round: Round) => number) => rounds.reduce((total, round) => total + figure(round), 0);
  const rotations = all((history) => [...relate(history).rotations.values()]);
  const changes = all((history) => history.changes);
  const events = all((history) => history.events);
  const told = events.filter(({ type }) => type === 'KeyRegenerated');
  const kinds = all((history) => history.disturbances).map(({ kind }) => kind);
  const count = (kind: RegExp) => kinds.filter((one) => kind.test(one)).length;
  const rest = Math.max(...rounds.map(({ restSeconds }) => restSeconds));
  const rows: [string, string | number][] = [
    ['rounds', rounds.length],
    ['minutes of faults', sum(({ minutes }) => minutes).toFixed(1)],
    ['seconds until all was at rest, at most', rest.toFixed(1)],
    ['requests', all(({ answers }) => answers).length],
    ['rotations', rotations.length],
    ['of them beyond the assumptions', rotations.filter(({ isBeyond }) => isBeyond).length],
    ['of the timer', rotations.filter(({ first }) => first.trigger === 'timer').length],
    ['completed', rotations.filter(({ last }) => last.state === 'completed').length],
    ['POSTs seen', all(({ posts }) => posts).length],
    ['keys regenerated', changes.filter(({ by }) => by === 'request').length],
    ['keys changed by hand', changes.filter(({ by }) => by === 'outside').length],
    ['events accepted', told.length],
    ['distinct events', new Set(told.map(({ id }) => id)).size],
    ['failures told', events.length - told.length],
    ['kills', count(/killed/)],
    ['freezes, within and beyond the margin', `${count(/frozen$/)}, ${count(/frozen beyond/)}`],
    ['messages in the poison queue', sum(({ poison }) => poison)],
    ['FINDINGS', sum(({ findings }) => findings.length)],
  ];
  return rows.map(([name, value]) => [name, String(value)]);
}

function collector(rounds: readonly Round[]) {
  return <T>(list: (history: History) => readonly T[]): T[] => rounds.flatMap(({ history }) => list(history));
}

/** What services and storage did wrong. */
function faults(disturbances: readonly Disturbance[]): string[] {
  return disturbances.map(({ kind }) => kind).filter((kind) => !kind.startsWith('host:'));
}

function printCounts(heading: string, names: readonly string[]): void {
  const counted = [...groupBy(names, (name) => name.trim())].map(
    ([name, same]) => [name, same.length] as const,
  );
  const sorted = counted.toSorted((a, b) => a[0].localeCompare(b[0]));
  printTable(
    [heading, 'count'],
    sorted.map(([name, number]) => [name, String(number)]),
  );
}

/** How many findings of a kind are shown with all that happened around them. */
const SHOWN = 3;
const BEFORE_MS = 4000;
const AFTER_MS = 12_000;
const MAX_LINES = 120;

export function printFindings({ history, findings }: Round): void {
  const lines = timeline(history);
  for (const [kind, same] of groupBy(findings, (finding) => finding.kind)) {
    print(`## ${kind}: ${same.length}`);
    for (const finding of same.slice(0, SHOWN)) {
      print(`\n${finding.text}`);
      print(`account ${finding.accountId ?? '?'}, rotation ${finding.rotationId ?? '?'}`);
      const { at } = finding;
      if (at === undefined) continue;
      const around = lines.filter(
        (line) =>
          (line.accountId === undefined || line.accountId === finding.accountId) &&
          line.at >= at - BEFORE_MS &&
          line.at <= at + AFTER_MS,
      );
      for (const line of around.slice(0, MAX_LINES))
        print(`  ${((line.at - at) / 1000).toFixed(3)}  ${line.text}`);
    }
    print('');
  }
}

interface Line {
  readonly at: number;
  readonly text: string;
  /** Left out where it concerns everybody. */
  readonly accountId?: string;
}

function timeline(history: History): Line[] {
  const lines: Line[] = [
    ...history.writes.map((one) => ({
      ...one,
      text: `row ${one.rotationId} ${one.trigger} ${one.keyType} ${one.state}${one.sending ? ', sending' : ''}, attempt ${one.attempt}${one.told ? ', told' : ''} ${one.code ?? ''}`,
    })),
    ...history.posts.map((one) => ({ ...one, text: `POST ${one.keyType} ${one.fault ?? ''}` })),
    ...history.posts.flatMap((one) =>
      one.endedAt === undefined
        ? []
        : [
            {
              accountId: one.accountId,
              at: one.endedAt,
              text: `POST ended, status ${one.status}, changed: ${one.changed}`,
            },
          ],
    ),
    ...history.changes.map((one) => ({ ...one, text: `${one.keyType} CHANGED by ${one.by}, ${one.time}` })),
    ...history.events.map((one) => ({
      ...one,
      text: `event ${one.type} ${one.id} ${one.keyType} ${one.keyLastUpdated ?? ''}`,
    })),
    ...history.requests.map((one) => ({
      ...one,
      accountId: '',
      text: `request ${one.requestId} is ${one.rotationId}`,
    })),
    ...history.answers.flatMap((one) => {
      const asked = `${one.route} ${one.keyType ?? ''} ${one.requestId ?? ''} to ${one.host}`;
      const answered = `${one.status} ${one.code ?? ''} ${one.rotationId ?? ''}`;
      return [
        { accountId: one.accountId, at: one.at, text: `> ${asked}` },
        {
          accountId: one.accountId,
          at: one.endedAt,
          text: `< ${answered} to ${asked}: ${one.message ?? ''}`,
        },
      ];
    }),
    // What storage did to a request that names no account is noise to whoever follows one.
    ...history.disturbances
      .filter(({ kind, accountId }) => accountId !== undefined || !/^(storage|fault): (?!away)/.test(kind))
      .map((one) => ({ ...one, text: `${one.kind} ${one.text}` })),
  ];
  return lines.toSorted((a, b) => a.at - b.at);
}
