import type { ComponentChildren } from 'preact';
import { adviceFor } from '../../advice/advice.ts';
import type { ApiFailure, PlanRow } from '../status/wire.ts';
import type { Tone } from '../words/phrases.ts';
import { fromNow, inUtc, shortAge } from '../words/words.ts';
import { ageBars, agesInWords, unknownAges } from './age-bar.ts';

export function Chip({ tone, children }: { tone: Tone; children: ComponentChildren }) {
  return <span class={`chip ${tone}`}>{children}</span>;
}

/** Of something that happened: clocks differ, but it is not in the future. */
export function Time({ at, now }: { at: number; now: number }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={inUtc(at)}>
      {fromNow(Math.min(at, now), now)}
    </time>
  );
}

/** Why something failed, and what to do about it. */
export function FailureNote({ failure }: { failure: Pick<ApiFailure, 'code' | 'message'> }) {
  const { title, todo } = adviceFor(failure.code);
  return (
    <div class="note bad">
      <p>
        <strong>{title}</strong> <code>{failure.code}</code>
      </p>
      <p>{failure.message}</p>
      <p>
        <strong>What to do:</strong> {todo}
      </p>
    </div>
  );
}

/** Both keys' ages against max age. The words are the same for everybody; the bars only repeat them. */
export function AgeBars({ plan }: { plan: PlanRow }) {
  const bars = ageBars(plan);
  const unknown = unknownAges(plan);
  if (bars.length + unknown.length === 0) return <span class="muted">Not known</span>;
  return (
    <div class="ages">
      <span class="unseen">{agesInWords(plan)}</span>
      {bars.map(({ keyType, days, filled, level, inUse }) => (
        <div class={`age ${level}`} aria-hidden="true" key={keyType}>
          <span class="age-key">
            {keyType}
            {inUse && <span class="in-use"> in use</span>}
          </span>
          <svg class="bar" aria-hidden="true" viewBox="0 0 100 6" preserveAspectRatio="none">
            <rect class="track" width="100" height="6" rx="1" />
            <rect class="fill" width={Math.max(filled * 100, 1.5)} height="6" rx="1" />
          </svg>
          <span class="age-days">{shortAge(days)}</span>
        </div>
      ))}
      {unknown.map((keyType) => (
        <div class="muted" aria-hidden="true" key={keyType}>
          {keyType} age unknown
        </div>
      ))}
      <div class="age-limit" aria-hidden="true">
        max {shortAge(plan.maxAgeDays ?? 0)}
      </div>
    </div>
  );
}
