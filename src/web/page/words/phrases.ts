import type { KeyType } from '../../../core/account/key-type.ts';
import { otherKey } from '../../../core/account/key-type.ts';
import { keyInUse } from '../components/age-bar.ts';
import type { FleetRow } from '../fleet/fleet.ts';
import { startedAt, updatedAt } from '../rotations/rotations.ts';
import type { PlanRow, RotationRow } from '../status/wire.ts';
import { count, fromNow, inUtc } from './words.ts';

export type Tone = 'good' | 'quiet' | 'busy' | 'warn' | 'bad';

/** When an account's next rotation is, and why not earlier. */
export function nextRotation(
  { plan }: FleetRow,
  now: number,
): { readonly text: string; readonly at?: number } {
  const { decision, dueAt, overlapEndsAt, keyType } = plan;
  const due = Date.parse(dueAt ?? '');
  const until = Date.parse(overlapEndsAt ?? '');
  switch (decision) {
    case 'rotate':
      return { text: `At the timer’s next run: ${keyType} key` };
    case 'not-due':
      return Number.isNaN(due)
        ? { text: 'Not due' }
        : { text: `Due ${fromNow(due, now)}: ${keyType} key`, at: due };
    case 'blocked':
      return Number.isNaN(until)
        ? { text: 'Waits for Event Grid' }
        : { text: `Held back, may go ${fromNow(until, now)}`, at: until };
    case 'skip':
      return { text: 'None' };
    case 'unread':
      return {
        text:
          plan.failedTry === undefined
            ? 'The timer’s next run reads its keys'
            : 'The timer’s next run tries again',
      };
    case 'running':
      return { text: 'Under way' };
    default:
      return decision satisfies never;
  }
}

export function toneOf({ plan }: FleetRow): Tone {
  if (plan.decision === 'rotate' && plan.overdue) return 'bad';
  if (plan.failedTry !== undefined) return 'warn';
  switch (plan.decision) {
    case 'rotate':
    case 'running':
      return plan.reason === undefined ? 'busy' : 'warn';
    case 'blocked':
      return plan.code === 'EventPending' ? 'warn' : 'quiet';
    case 'skip':
      return plan.code === 'Disabled' || plan.code === 'LocalAuthDisabled' ? 'quiet' : 'warn';
    case 'unread':
      return 'quiet';
    case 'not-due':
      return 'good';
    default:
      return plan.decision satisfies never;
  }
}

/** Whether the guarded way would do it, with or without force. */
export function canRotate({ decision, code }: PlanRow): boolean {
  return decision === 'rotate' || decision === 'not-due' || decision === 'unread' || code === 'Overlap';
}

/** What has to be lifted for it; undefined where nothing stands in the way. */
export function objectionOf({ decision, code, dueAt, overlapEndsAt }: PlanRow): string | undefined {
  const at = (time: string | undefined) => inUtc(Date.parse(time ?? ''));
  if (decision === 'not-due') return `It is not due before ${at(dueAt)}.`;
  if (code !== 'Overlap') return undefined;
  return `The overlap runs until ${at(overlapEndsAt)}: programs may still be moving from the one key to the other.`;
}

/** The key to be regenerated and the one that stays, as far as the plan knows them. */
export function keysOf(plan: PlanRow): { readonly regenerated?: KeyType; readonly kept?: KeyType } {
  const kept = keyInUse(plan);
  return kept === undefined ? {} : { regenerated: otherKey(kept), kept };
}

const STATES: Readonly<Record<RotationRow['state'], string>> = {
  started: 'Started',
  regenerated: 'Regenerated',
  stored: 'Stored',
  verified: 'Verified',
  published: 'Published',
  completed: 'Completed',
  failed: 'Failed',
};

export function stateOf(rotation: RotationRow): { readonly text: string; readonly tone: Tone } {
  const { state, error, verified } = rotation;
  const text = STATES[state];
  if (state === 'failed')
    return error?.code === 'Superseded' ? { text: 'Overtaken', tone: 'quiet' } : { text, tone: 'bad' };
  if (state === 'completed') return { text, tone: verified === false ? 'warn' : 'good' };
  return { text, tone: error === undefined ? 'busy' : 'warn' };
}

const CAUSES: Readonly<Record<RotationRow['reason'], string>> = {
  requested: 'asked for over HTTP',
  due: 'due',
  overdue: 'overdue',
  'age-unknown': 'age unknown',
  observed: 'changed by somebody else, and announced',
};

/** Who wanted it, and why. */
export function causeOf({ trigger, reason }: RotationRow): string {
  return trigger === 'timer' ? `timer, ${CAUSES[reason]}` : CAUSES[reason];
}

/** Such as `took 2 seconds`; undefined while it goes on. */
export function durationOf(rotation: RotationRow): string | undefined {
  if (rotation.state !== 'completed' && rotation.state !== 'failed') return undefined;
  const seconds = Math.max(Math.round((updatedAt(rotation) - startedAt(rotation)) / 1000), 0);
  if (seconds < 1) return 'took less than a second';
  if (seconds < 120) return `took ${count(seconds, 'second')}`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120
    ? `took ${count(minutes, 'minute')}`
    : `took ${count(Math.round(minutes / 60), 'hour')}`;
}
