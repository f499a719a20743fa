import type { KeyType } from '../../../core/account/key-type.ts';
import { otherKey } from '../../../core/account/key-type.ts';
import type { PlanRow } from '../status/wire.ts';
import { shortAge } from '../words/words.ts';

export type AgeLevel = 'young' | 'old' | 'over';

/** One key's age against max age. */
export interface AgeBar {
  readonly keyType: KeyType;
  readonly days: number;
  /** How much of the bar is filled, 0 to 1. */
  readonly filled: number;
  readonly level: AgeLevel;
  /** Whether programs use it, as far as the plan says. */
  readonly inUse: boolean;
}

/** From this part of max age on a key is old: the policy rotates the other one at half of max age. */
const OLD = 0.8;

/** Primary first, so that the two don't change places from row to row. Empty where no age is known. */
export function ageBars(plan: PlanRow): readonly AgeBar[] {
  const { olderKey, olderKeyAgeDays, newerKey, newerKeyAgeDays, maxAgeDays } = plan;
  const bars: AgeBar[] = [];
  for (const [name, days] of [
    [olderKey, olderKeyAgeDays],
    [newerKey, newerKeyAgeDays],
  ] as const) {
    const keyType = toKeyType(name);
    if (keyType === undefined || days === undefined) continue;
    const part = maxAgeDays === undefined || maxAgeDays <= 0 ? 0 : days / maxAgeDays;
    const level = part > 1 ? 'over' : part >= OLD ? 'old' : 'young';
    bars.push({ keyType, days, filled: Math.min(part, 1), level, inUse: keyInUse(plan) === keyType });
  }
  return bars.sort((a, b) => a.keyType.localeCompare(b.keyType));
}

/** The keys of which nobody knows the age, in the order of the bars. */
export function unknownAges({ unknownAges: keyTypes = [] }: PlanRow): readonly KeyType[] {
  return [...keyTypes].sort();
}

/** The plan names the key that would be regenerated, which is never the one in use. */
export function keyInUse({ decision, keyType: named }: PlanRow): KeyType | undefined {
  const keyType = decision === 'running' ? undefined : toKeyType(named);
  return keyType && otherKey(keyType);
}

/** What the bars show, for those who don't see them. */
export function agesInWords(plan: PlanRow): string {
  const known = ageBars(plan).map(
    ({ keyType, days, inUse }) => `${keyType} key${inUse ? ', in use,' : ''} ${shortAge(days)} old`,
  );
  const keys = [...known, ...unknownAges(plan).map((keyType) => `${keyType} key, age unknown`)];
  if (keys.length === 0) return 'Ages not known';
  const limit = plan.maxAgeDays === undefined ? '' : `; max age ${shortAge(plan.maxAgeDays)}`;
  return `${keys.join('; ')}${limit}`;
}

function toKeyType(name: string | undefined): KeyType | undefined {
  return name === 'primary' || name === 'secondary' ? name : undefined;
}
