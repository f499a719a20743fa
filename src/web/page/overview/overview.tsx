import { Chip, Time } from '../components/parts.tsx';
import type { QuickFilter } from '../fleet/fleet.ts';
import type { Summary } from '../fleet/summary.ts';
import { historyAddress } from '../rotations/address.ts';
import type { HealthAnswer, TimerHealth } from '../status/wire.ts';
import { count } from '../words/words.ts';
import type { Concern, Example } from './attention.ts';
import { countsInWords, TIMERS } from './timers.ts';
import type { VerdictFacts } from './verdict.ts';
import { outlookOf, verdictOf } from './verdict.ts';

export function VerdictBanner({ facts, now }: { facts: VerdictFacts; now: number }) {
  const { headline, tone } = verdictOf(facts);
  const outlook = outlookOf(facts, now);
  return (
    <div class={`verdict ${tone}`}>
      <h1>{headline}</h1>
      {outlook !== '' && <p>{outlook}</p>}
    </div>
  );
}

const TILES: readonly { readonly quick: QuickFilter; readonly label: string; readonly tone: string }[] = [
  { quick: 'all', label: 'Accounts', tone: '' },
  { quick: 'failed', label: 'Failed', tone: 'bad' },
  { quick: 'overdue', label: 'Overdue', tone: 'bad' },
  { quick: 'misconfigured', label: 'Misconfigured', tone: 'warn' },
  { quick: 'running', label: 'Running', tone: 'busy' },
  { quick: 'due', label: 'Due now', tone: 'busy' },
  { quick: 'blocked', label: 'Blocked', tone: '' },
  { quick: 'skipped', label: 'Skipped', tone: '' },
];

interface TilesProps {
  readonly summary: Summary;
  readonly quick: QuickFilter;
  readonly onQuick: (quick: QuickFilter) => void;
}

/** The numbers; each one narrows the table to what it counts. */
export function Tiles({ summary, quick, onQuick }: TilesProps) {
  return (
    <ul class="tiles" aria-label="Accounts by state">
      {TILES.map(({ quick: tile, label, tone }) => (
        <li key={tile}>
          <button
            type="button"
            class={`tile ${summary.counts[tile] > 0 ? tone : ''}`}
            aria-pressed={quick === tile}
            onClick={() => onQuick(tile)}
          >
            <span class="number">{summary.counts[tile].toLocaleString('en')}</span> <span>{label}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

interface AttentionProps {
  readonly concerns: readonly Concern[];
  readonly now: number;
  readonly onShow: (filter: NonNullable<Concern['filter']>) => void;
}

export function Attention({ concerns, now, onShow }: AttentionProps) {
  if (concerns.length === 0) return null;
  return (
    <section aria-labelledby="attention-title">
      <h2 id="attention-title">Needs a look</h2>
      <ul class="concerns">
        {concerns.map((concern) => (
          <ConcernItem key={concern.id} concern={concern} now={now} onShow={onShow} />
        ))}
      </ul>
    </section>
  );
}

function ConcernItem({ concern, now, onShow }: { concern: Concern } & Omit<AttentionProps, 'concerns'>) {
  const { severity, title, code, meaning, todo, examples, total, filter } = concern;
  return (
    <li class={`card concern ${severity === 'error' ? 'bad' : 'warn'}`}>
      <h3>
        {title} {code !== undefined && <code>{code}</code>}
        {filter !== undefined && (
          <Chip tone={severity === 'error' ? 'bad' : 'warn'}>{count(total, 'account')}</Chip>
        )}
      </h3>
      <p>{meaning}</p>
      <ul class="examples">
        {examples.map((example) => (
          <ExampleItem key={example.accountId ?? example.name} example={example} now={now} />
        ))}
      </ul>
      <p class="todo">
        <strong>What to do:</strong> {todo}
      </p>
      {filter !== undefined && (
        <button type="button" class="small on-screen" onClick={() => onShow(filter)}>
          Show {total === 1 ? 'it' : `all ${total.toLocaleString('en')}`} in the table
        </button>
      )}
    </li>
  );
}

function ExampleItem({ example, now }: { example: Example; now: number }) {
  const { name, accountId, reason, at } = example;
  return (
    <li>
      {accountId === undefined ? (
        <strong>{name}</strong>
      ) : (
        <HistoryLink accountId={accountId}>{name}</HistoryLink>
      )}
      {at !== undefined && (
        <>
          {', '}
          <Time at={at} now={now} />
        </>
      )}
      {reason !== undefined && `: ${reason}`}
    </li>
  );
}

/** A real link: it can be shared, and the browser's way back closes the history. */
export function HistoryLink({ accountId, children }: { accountId: string; children: string }) {
  return <a href={historyAddress(accountId)}>{children}</a>;
}

/** When the timers ran last: without them nothing happens by itself. */
export function Timers({ health, now }: { health: HealthAnswer | undefined; now: number }) {
  const timers = health?.timers ?? [];
  if (timers.length === 0) return null;
  return (
    <section aria-labelledby="timers-title">
      <h2 id="timers-title">Timers</h2>
      <ul class="timers">
        {timers.map((timer) => (
          <TimerItem key={timer.timer} timer={timer} now={now} />
        ))}
      </ul>
    </section>
  );
}

function TimerItem({
  timer: { timer, lastRunAt, late, counts = {} },
  now,
}: {
  timer: TimerHealth;
  now: number;
}) {
  const tone = late ? 'bad' : lastRunAt === undefined ? 'quiet' : 'good';
  return (
    <li class="card">
      <h3>{TIMERS[timer] ?? timer}</h3>
      <p>
        <Chip tone={tone}>{late ? 'Late' : lastRunAt === undefined ? 'Waiting' : 'In time'}</Chip>{' '}
        {lastRunAt === undefined ? (
          'has not run yet'
        ) : (
          <>
            ran <Time at={Date.parse(lastRunAt)} now={now} />
          </>
        )}
      </p>
      <p class="muted">
        <code>{timer}</code> {countsInWords(counts)}
      </p>
    </li>
  );
}
