import { describe, expect, test } from 'vitest';
import { toFleetRow } from '../../../../src/web/page/fleet/fleet.ts';
import type { Fleet } from '../../../../src/web/page/fleet/load-fleet.ts';
import { summarize } from '../../../../src/web/page/fleet/summary.ts';
import type { Concern } from '../../../../src/web/page/overview/attention.ts';
import { outlookOf, type VerdictFacts, verdictOf } from '../../../../src/web/page/overview/verdict.ts';
import { keepKnown } from '../../../../src/web/page/status/keep-known.ts';
import type { Status } from '../../../../src/web/page/status/status-store.ts';
import { planRow, rotation } from '../support/fleet.ts';

const row = (name: string, more = {}) => toFleetRow(planRow(name, more), 0);
const concern = { severity: 'error' } as Concern;

function facts(rows = [row('a')], more: Partial<VerdictFacts> = {}): VerdictFacts {
  return {
    phase: 'complete',
    failures: 'known',
    summary: summarize(rows, new Set()),
    concerns: [],
    ...more,
  };
}

describe('the verdict', () => {
  test.each<[string, string, VerdictFacts]>([
    ['All is well', 'good', facts()],
    ['1 thing needs a look', 'bad', facts([row('a')], { concerns: [concern] })],
    ['1 thing needs a look', 'warn', facts([], { concerns: [{ ...concern, severity: 'warning' }] })],
    ['Reading the fleet', 'quiet', facts([row('a')], { phase: 'loading' })],
    ['Reading the fleet', 'quiet', facts([row('a')], { failures: 'loading' })],
    ['Past rotations could not be read', 'warn', facts([row('a')], { failures: 'unknown' })],
    ['No account found', 'warn', facts([])],
    ['Not every account was looked at yet', 'quiet', facts([row('a', { decision: 'unread' }), row('b')])],
    ['The fleet could not be read', 'bad', facts([], { phase: 'stopped', concerns: [concern] })],
    ['The fleet could not be read to its end', 'bad', facts([row('a')], { phase: 'stopped' })],
  ])('%s (%s)', (headline, tone, given) => {
    expect(verdictOf(given)).toEqual({ headline, tone });
  });

  test('counts no accounts where none could be read, and says what an empty fleet may come from', () => {
    expect(outlookOf(facts([], { phase: 'stopped' }), 0)).toBe('');
    expect(outlookOf(facts([]), 0)).toContain('ROTATION_SCOPES');
    expect(outlookOf(facts([row('a', { decision: 'unread' }), row('b', { decision: 'skip' })]), 0)).toBe(
      '1 account is rotated by this app, 1 is not. The keys of 1 were not looked at yet: the timer’s next run does.',
    );
  });
});

describe('read anew, the status', () => {
  const fleet: Fleet = { rows: [row('a'), row('b')], scopeErrors: [], phase: 'complete', asOf: 1 };
  const last: Status = { fleet, rotations: [rotation('a', 1)], failures: 'known' };
  const stopped = (status: number): Status => {
    const failure = { status, code: 'Code', message: 'Why.' };
    return {
      fleet: { rows: [], scopeErrors: [], phase: 'stopped', failure, asOf: 9 },
      rotations: [],
      failures: 'unknown',
    };
  };

  test('keeps what is known, with its time, where the app does not answer', () => {
    expect(keepKnown(last, stopped(0))).toMatchObject({
      fleet: { rows: fleet.rows, phase: 'stopped', failure: { code: 'Code' }, asOf: 1 },
      rotations: last.rotations,
      failures: 'unknown',
    });
  });

  test.each([401, 403])('shows nothing to those who are refused (%i)', (status) => {
    expect(keepKnown(last, stopped(status)).fleet.rows).toEqual([]);
  });

  test('gives way to the new one once that is complete, be it smaller', () => {
    const next: Status = { ...last, fleet: { ...fleet, rows: [row('a')], asOf: 9 } };

    expect(keepKnown(last, next).fleet).toEqual(next.fleet);
    expect(keepKnown(last, { ...next, fleet: { ...next.fleet, phase: 'loading' } }).fleet).toEqual({
      ...fleet,
      phase: 'loading',
    });
  });
});
