import type { PlanRow, RotationRow } from '../../../../src/web/page/status/wire.ts';

const DAY = 86_400_000;

export const SUBSCRIPTIONS = [
  '21a9967a-e8a9-4656-a70b-96ff1c4d05a0',
  '4f0d2c4e-7f0b-4a52-9d39-0a6b5f3c1e77',
] as const;

export function accountId(name: string, group = 'rg-maps', subscription: string = SUBSCRIPTIONS[0]): string {
  return `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Maps/accounts/${name}`;
}

export function planRow(name: string, more: Partial<PlanRow> = {}): PlanRow {
  return {
    accountId: accountId(name),
    decision: 'not-due',
    keyType: 'secondary',
    dueAt: new Date(Date.now() + 20 * DAY).toISOString(),
    overdue: false,
    olderKey: 'secondary',
    olderKeyAgeDays: 60,
    newerKey: 'primary',
    newerKeyAgeDays: 15,
    maxAgeDays: 90,
    maxAgeFrom: 'setting',
    overlapDays: 7,
    overlapFrom: 'setting',
    ...more,
  };
}

/** A UUIDv7 of that time. */
export function rotationId(at: number, number = 0): string {
  const hex = at.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-${number.toString(16).padStart(12, '0')}`;
}

export function rotation(name: string, at: number, more: Partial<RotationRow> = {}): RotationRow {
  return {
    rotationId: rotationId(at, name.length),
    accountId: accountId(name),
    keyType: 'secondary',
    state: 'completed',
    trigger: 'timer',
    reason: 'due',
    attempt: 0,
    updatedAt: new Date(at + 2000).toISOString(),
    ...more,
  };
}

/** As a large fleet is: nearly all is well, and in each hundred there is one of everything else. */
export function largeFleet(size: number): PlanRow[] {
  const now = Date.now();
  return Array.from({ length: size }, (_, i) => {
    const name = `map-${String(i).padStart(5, '0')}`;
    const id = accountId(name, `rg-team-${i % 40}`, SUBSCRIPTIONS[i % 2]);
    const age = (i * 7) % 88;
    const base = planRow(name, {
      accountId: id,
      dueAt: new Date(now + (90 - age) * DAY).toISOString(),
      olderKeyAgeDays: age,
      newerKeyAgeDays: age / 2,
    });
    return { ...base, ...ODDITIES[i % 100] };
  });
}

const ODDITIES: Readonly<Record<number, Partial<PlanRow>>> = {
  3: { decision: 'rotate', code: 'due', olderKeyAgeDays: 84 },
  11: {
    decision: 'blocked',
    code: 'Overlap',
    reason: 'The other key was regenerated or announced less than the overlap (7 days) ago.',
    overlapEndsAt: new Date(Date.now() + 3 * DAY).toISOString(),
    newerKeyAgeDays: 4,
  },
  23: { decision: 'skip', code: 'Disabled', reason: 'Rotation is not enabled.' },
  37: { decision: 'skip', code: 'LocalAuthDisabled', reason: 'The account has disableLocalAuth set.' },
  41: {
    decision: 'skip',
    code: 'Misconfigured',
    reason: "The tag key-rotation-max-age is 'ninety days', but must be an ISO 8601 duration.",
  },
  59: { decision: 'rotate', code: 'overdue', overdue: true, olderKeyAgeDays: 97 },
  61: { decision: 'running', code: 'regenerated' },
};
