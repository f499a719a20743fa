import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { readOptional } from '../settings.ts';
import type { Schedule } from './timer-schedule.ts';

/** What the real host keeps of a timer in the storage account; dates are absent where nothing happened yet. */
export interface ScheduleStatus {
  last?: Date;
  next: Date;
  lastUpdated?: Date;
}

export interface StatusStore {
  read(timer: string): ScheduleStatus | undefined;
  write(timer: string, status: ScheduleStatus): void;
}

const stored = z.object({
  last: z.iso.datetime().optional(),
  next: z.iso.datetime(),
  lastUpdated: z.iso.datetime().optional(),
});

/** Without a directory the status ends with the process, so no timer is ever past due. */
export function createStatusStore(directory: string | undefined): StatusStore {
  if (directory === undefined) {
    return { read: () => undefined, write: () => undefined };
  }
  const fileOf = (timer: string) => path.join(directory, `timer-${timer}.json`);
  return {
    read(timer) {
      const text = readOptional(fileOf(timer));
      const found = text === undefined ? undefined : stored.parse(JSON.parse(text));
      return found && toStatus(new Date(found.next), toDate(found.last), toDate(found.lastUpdated));
    },
    write(timer, status) {
      mkdirSync(directory, { recursive: true });
      writeFileSync(`${fileOf(timer)}.new`, JSON.stringify(status));
      renameSync(`${fileOf(timer)}.new`, fileOf(timer));
    },
  };
}

/** The status to start with, and whether an occurrence was missed while the host was away. */
export function startStatus(
  schedule: Schedule,
  kept: ScheduleStatus | undefined,
  now: Date,
): { status: ScheduleStatus; isPastDue: boolean } | undefined {
  const fromNow = schedule.next(now);
  if (!kept || !fromNow) {
    return fromNow && { status: { next: fromNow, lastUpdated: now }, isPastDue: false };
  }
  const base = kept.last ?? kept.lastUpdated ?? now;
  const expected = schedule.next(base) ?? fromNow;
  if (kept.next.getTime() === expected.getTime()) {
    return { status: kept, isPastDue: now > kept.next };
  }
  // The schedule was changed: what the new one would have done in the past was not missed.
  const changed =
    now > expected ? { next: fromNow, lastUpdated: now } : { next: expected, lastUpdated: base };
  return { status: changed, isPastDue: false };
}

function toStatus(next: Date, last: Date | undefined, lastUpdated: Date | undefined): ScheduleStatus {
  return { next, ...(last ? { last } : {}), ...(lastUpdated ? { lastUpdated } : {}) };
}

function toDate(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}
