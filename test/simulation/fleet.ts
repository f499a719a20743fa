import type { KeyTimes, KeyType } from '../../src/core/account/key-type.ts';
import { KEY_TYPES } from '../../src/core/account/key-type.ts';
import { releaseDelay } from '../../src/core/policy/pacing.ts';
import { decide } from '../../src/core/policy/policy.ts';
import type { PolicySettings } from '../../src/core/policy/policy-settings.ts';
import type { AccountRecord } from '../../src/core/rotation/account-record.ts';
import { afterRotation, newAccountRecord, withKeys } from '../../src/core/rotation/account-record.ts';
import { keysChangedByOthers, observedRotation } from '../../src/core/rotation/observed.ts';
import type { Rotation } from '../../src/core/rotation/rotation.ts';
import { startRotation } from '../../src/core/rotation/rotation.ts';
import { fromMilliseconds } from '../../src/core/time.ts';

const SUBSCRIPTION = '21a9967a-e8a9-4656-a70b-96ff1c4d05a0';
export const DAY = 86_400;

export interface FleetOptions {
  readonly accounts: number;
  readonly years: number;
  readonly policy: PolicySettings;
  /** Between two runs of the timer, in seconds. */
  readonly period: number;
  /** From 0 to 1: how often a run of the timer does not happen, or ARM refuses a whole account in it. */
  readonly missedRuns: number;
  readonly refusals: number;
  /** How often a year somebody regenerates a key of an account by hand, and opts it out for a while. */
  readonly handsAYear: number;
  readonly optOutsAYear: number;
  /** The longest time that consumers take to move after an event, and Event Grid to accept one, in seconds. */
  readonly consumerDelay: number;
  readonly eventDelay: number;
  /** From 0 to 1, the next one at each call. */
  readonly random: () => number;
}

export interface FleetReport {
  /** Seconds. Of keys that nothing but the policy decided about. */
  readonly largestAge: number;
  /** Seconds from the moment at which a key was told of to the regeneration of the other one. */
  readonly shortestOverlap: number;
  readonly rotations: number;
  readonly observed: number;
  /** How often the policy regenerated the key that consumers still used. */
  readonly interruptions: number;
  readonly peakWritesAMinute: number;
  readonly writes: number;
}

interface SimulatedAccount {
  readonly id: string;
  times: Record<KeyType, number>;
  record: AccountRecord;
  inUse: KeyType;
  movesAt: number;
  movesTo: KeyType;
  acceptedAt: number;
  optedOutUntil: number;
  /** Keys whose age others have a part in, until they are rotated again. */
  excused: Set<KeyType>;
}

/** Years of a fleet on a virtual clock, decided by the very functions that decide in the app. */
export function simulateFleet(options: FleetOptions): FleetReport {
  const start = Date.UTC(2024, 0, 1) / 1000;
  const end = start + options.years * 365 * DAY;
  const fleet = Array.from({ length: options.accounts }, (_, i) => createAccount(options, start, i));
  const tally: Tally = {
    largestAge: 0,
    shortestOverlap: Number.POSITIVE_INFINITY,
    rotations: 0,
    observed: 0,
    interruptions: 0,
    writesByMinute: new Map(),
  };
  for (let tick = start; tick < end; tick += options.period) {
    for (const account of fleet) disturb(options, account, tick - options.period * options.random());
    if (options.random() < options.missedRuns) {
      for (const account of fleet) excuse(account);
      continue;
    }
    runTimer(options, fleet, tick, tally);
  }
  for (const account of fleet) for (const keyType of KEY_TYPES) noteAge(tally, account, keyType, end);
  return toReport(tally);
}

interface Tally {
  largestAge: number;
  shortestOverlap: number;
  rotations: number;
  observed: number;
  interruptions: number;
  readonly writesByMinute: Map<number, number>;
}

function noteAge(tally: Tally, { excused, times }: SimulatedAccount, keyType: KeyType, now: number): void {
  if (!excused.has(keyType)) tally.largestAge = Math.max(tally.largestAge, now - times[keyType]);
}

function noteWrite({ writesByMinute }: Tally, now: number): void {
  const minute = Math.floor(now / 60);
  writesByMinute.set(minute, (writesByMinute.get(minute) ?? 0) + 1);
}

function toReport({ writesByMinute, ...figures }: Tally): FleetReport {
  const counts = [...writesByMinute.values()];
  return {
    ...figures,
    peakWritesAMinute: counts.reduce((peak, count) => Math.max(peak, count), 0),
    writes: counts.reduce((sum, count) => sum + count, 0),
  };
}

/** Keys of one age, young enough to leave time for one after the other. */
function createAccount({ policy, period, random }: FleetOptions, now: number, i: number): SimulatedAccount {
  const account = { subscriptionId: SUBSCRIPTION, resourceGroupName: 'rg-maps', accountName: `map-${i}` };
  const oldest = Math.max(policy.maxAge - policy.overlap - 3 * period, 0);
  const born = now - random() * oldest;
  const record = newAccountRecord(account);
  return {
    id: record.accountId,
    times: { primary: born, secondary: born },
    record,
    inUse: 'primary',
    movesAt: 0,
    movesTo: 'primary',
    acceptedAt: Number.NEGATIVE_INFINITY,
    optedOutUntil: 0,
    excused: new Set(),
  };
}

/** What others do to an account between two runs. */
function disturb(options: FleetOptions, account: SimulatedAccount, now: number): void {
  const chance = options.period / (365 * DAY);
  if (options.random() < options.handsAYear * chance) {
    const keyType = options.random() < 0.5 ? 'primary' : 'secondary';
    account.times[keyType] = now;
    // Whoever regenerates a key by hand tells its consumers himself; the other one waits for the overlap again.
    excuse(account);
  }
  if (options.random() < options.optOutsAYear * chance) {
    account.optedOutUntil = now + options.random() * options.policy.maxAge;
    excuse(account);
  }
}

function excuse(account: SimulatedAccount): void {
  for (const keyType of KEY_TYPES) account.excused.add(keyType);
}

function runTimer(
  options: FleetOptions,
  fleet: readonly SimulatedAccount[],
  tick: number,
  tally: Tally,
): void {
  let released = 0;
  for (const account of fleet) {
    if (
      judge(options, account, account.record.seen, tick).kind !== 'rotate' &&
      account.record.seen !== undefined
    ) {
      continue;
    }
    const now = tick + releaseDelay(released);
    released += 1;
    noteWrite(tally, now);
    if (options.random() < options.refusals) excuse(account);
    else drive(options, account, now, tally);
  }
}

function drive(options: FleetOptions, account: SimulatedAccount, now: number, tally: Tally): void {
  const times = readTimes(account);
  for (const keyType of keysChangedByOthers(account.record, times)) {
    tally.observed += 1;
    announce(options, account, observedRotation('observed', account.record, keyType, times), now);
  }
  account.record = withKeys(account.record, times, new Date(now).toISOString());
  const decision = judge(options, account, times, now);
  if (decision.kind !== 'rotate') return;
  const { keyType } = decision;
  if (account.movesAt <= now) account.inUse = account.movesTo;
  if (account.inUse === keyType) tally.interruptions += 1;
  noteAge(tally, account, keyType, now);
  tally.shortestOverlap = Math.min(tally.shortestOverlap, now - account.acceptedAt);
  tally.rotations += 1;
  noteWrite(tally, now);
  account.times[keyType] = now;
  account.excused.delete(keyType);
  const started = startRotation({
    rotationId: 'rotation',
    accountId: account.id,
    keyType,
    command: 'rotate',
    trigger: 'timer',
    reason: decision.reason,
    before: times,
  });
  announce(options, account, { ...started, state: 'regenerated', after: readTimes(account) }, now);
}

/** The event is accepted and the consumers move, each some time later. */
function announce(options: FleetOptions, account: SimulatedAccount, rotation: Rotation, now: number): void {
  const acceptedAt = now + options.random() * options.eventDelay;
  const told = afterRotation(account.record, rotation, '');
  account.record = afterRotation(
    told,
    { ...rotation, state: 'completed' },
    fromMilliseconds(acceptedAt * 1000),
  );
  account.acceptedAt = acceptedAt;
  if (account.movesAt <= now) account.inUse = account.movesTo;
  account.movesTo = rotation.keyType;
  account.movesAt = acceptedAt + options.random() * options.consumerDelay;
}

function judge(options: FleetOptions, account: SimulatedAccount, times: KeyTimes | undefined, now: number) {
  const enabled = now >= account.optedOutUntil;
  return decide({
    facts: { tags: { 'key-rotation': enabled ? 'enabled' : 'disabled' }, disableLocalAuth: false },
    record: account.record,
    times,
    settings: options.policy,
    schedule: { secondNextRun: (now + 2 * options.period) * 1000, period: options.period },
    now: now * 1000,
  });
}

function readTimes({ times }: SimulatedAccount): KeyTimes {
  return {
    primary: fromMilliseconds(times.primary * 1000),
    secondary: fromMilliseconds(times.secondary * 1000),
  };
}
