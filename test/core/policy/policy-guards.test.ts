import { describe, expect, test } from 'vitest';
import type { AccountFacts, PolicyDecision, PolicyInput } from '../../../src/core/policy/policy.ts';
import { decide } from '../../../src/core/policy/policy.ts';
import type { AccountRecord } from '../../../src/core/rotation/account-record.ts';
import { newAccountRecord } from '../../../src/core/rotation/account-record.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const NOW = Date.parse('2026-11-25T03:00:00Z');
const ago = (days: number): string => new Date(NOW - days * DAY).toISOString();

const NEW: AccountRecord = newAccountRecord({
  subscriptionId: '21a9967a-e8a9-4656-a70b-96ff1c4d05a0',
  resourceGroupName: 'maps',
  accountName: 'roads',
});

function announcedAt(acceptedAt: string, keyLastUpdated = acceptedAt): AccountRecord {
  return { ...NEW, announced: { keyType: 'primary', keyLastUpdated, acceptedAt } };
}

const FACTS: AccountFacts = { tags: {}, disableLocalAuth: false, provisioningState: 'Succeeded' };

function decided(input: Partial<PolicyInput>): PolicyDecision {
  return decide({
    facts: FACTS,
    settings: { rotateUntagged: true, maxAge: 90 * 86_400, overlap: 7 * 86_400, inUse: 'primary' },
    schedule: { secondNextRun: (input.now ?? NOW) + 2 * DAY, period: 86_400 },
    now: NOW,
    ...input,
  });
}

const code = (decision: PolicyDecision) =>
  decision.kind === 'skip' || decision.kind === 'blocked' ? decision.code : decision.kind;

describe('the overlap blocks', () => {
  const old = ago(200);

  test.each<[string, Partial<PolicyInput>, string]>([
    ['after the newer key', { times: { primary: ago(6.99), secondary: old } }, 'Overlap'],
    ['until it is over', { times: { primary: ago(7), secondary: old } }, 'rotate'],
    [
      'after its event was accepted, where that was later',
      { record: announcedAt(ago(1), ago(20)), times: { primary: ago(20), secondary: old } },
      'Overlap',
    ],
    [
      'after a change by others of the key not announced',
      { record: announcedAt(ago(100)), times: { primary: ago(100), secondary: ago(1) } },
      'Overlap',
    ],
    [
      'not for an account just made, which is not due',
      { times: { primary: ago(0), secondary: ago(0) } },
      'not-due',
    ],
  ])('%s', (_, input, expected) => {
    expect(code(decided(input))).toBe(expected);
  });

  test('KEY-04: and says until when, and which key waits', () => {
    const decision = decided({ times: { primary: ago(1), secondary: old } });

    expect(decision).toMatchObject({ kind: 'blocked', until: ago(-6), keyType: 'secondary' });
  });

  test('an event not yet accepted blocks', () => {
    const record = { ...announcedAt(ago(60)), untold: ['019abf3c-7e50-7cc1-8a52-2f6c3e1d9b40'] };

    const decision = decided({ record, times: { primary: ago(60), secondary: old } });

    expect(decision).toMatchObject({ kind: 'blocked', code: 'EventPending' });
  });

  test('LOAD-01: many of them are counted, and few named', () => {
    const untold = Array.from({ length: 200 }, (_, i) => `rotation-${i}`);

    const decision = decided({
      record: { ...announcedAt(ago(60)), untold },
      times: { primary: ago(60), secondary: old },
    });

    expect(decision).toMatchObject({
      code: 'EventPending',
      message:
        'Event Grid has not yet accepted the event of rotation rotation-0, rotation-1, rotation-2 and 197 more.',
    });
  });
});

describe('force', () => {
  test.each<[string, Partial<PolicyInput>, string]>([
    ['lifts the overlap', { times: { primary: ago(1), secondary: ago(200) } }, 'rotate'],
    [
      'lifts the due date',
      { record: announcedAt(ago(20)), times: { primary: ago(20), secondary: ago(60) } },
      'rotate',
    ],
    [
      'not an event that is owed',
      { record: { ...NEW, untold: ['x'] }, times: { primary: ago(100), secondary: ago(200) } },
      'EventPending',
    ],
    ['not the opt-out', { facts: { ...FACTS, tags: { 'key-rotation': 'disabled' } }, times: {} }, 'Disabled'],
    ['not a wrong tag', { facts: { ...FACTS, tags: { 'key-rotation': '?' } }, times: {} }, 'Misconfigured'],
    ['not disableLocalAuth', { facts: { ...FACTS, disableLocalAuth: true }, times: {} }, 'LocalAuthDisabled'],
    ['not a deletion', { facts: { ...FACTS, provisioningState: 'Deleting' }, times: {} }, 'NotProvisioned'],
  ])('%s', (_, input, expected) => {
    expect(code(decided({ ...input, force: true }))).toBe(expected);
  });

  test('not what is unknown', () => {
    const settings = {
      rotateUntagged: true,
      maxAge: 90 * 86_400,
      overlap: 7 * 86_400,
      inUse: 'unknown',
    } as const;

    const decision = decided({ settings, force: true, times: { primary: ago(50), secondary: ago(100) } });

    expect(code(decision)).toBe('InUseUnknown');
  });
});

describe('skipped with a reason', () => {
  test.each<[string, AccountFacts, string]>([
    ['KEY-01: disableLocalAuth', { ...FACTS, disableLocalAuth: true }, 'LocalAuthDisabled'],
    ['being created', { ...FACTS, provisioningState: 'Creating' }, 'NotProvisioned'],
    ['being deleted', { ...FACTS, provisioningState: 'deleting' }, 'NotProvisioned'],
    ['opted out', { ...FACTS, tags: { 'Key-Rotation': 'disabled' } }, 'Disabled'],
    ['misconfigured', { ...FACTS, tags: { 'key-rotation-max-age': 'P1D' } }, 'Misconfigured'],
  ])('%s', (_, facts, expected) => {
    expect(code(decided({ facts, times: { primary: ago(200), secondary: ago(200) } }))).toBe(expected);
  });

  test('untagged, where the settings do not say rotate', () => {
    const settings = {
      rotateUntagged: false,
      maxAge: 90 * 86_400,
      overlap: 7 * 86_400,
      inUse: 'primary',
    } as const;

    expect(code(decided({ settings, times: {} }))).toBe('Disabled');
  });

  test.each(['Accepted', 'Creating', 'UPDATING', 'Moving', 'Migrating', 'Provisioning', 'Running'])(
    'ARM-14: in the provisioning state %s, which passes',
    (provisioningState) => {
      const facts = { ...FACTS, provisioningState };
      const decision = decided({ facts, times: { primary: ago(200), secondary: ago(200) } });

      expect(decision).toMatchObject({
        code: 'NotProvisioned',
        message: expect.stringContaining(provisioningState),
      });
    },
  );

  const LASTING = [
    'Succeeded',
    'succeeded',
    'Failed',
    'FAILED',
    'Canceled',
    'Cancelled',
    'Degraded',
    'Unknown',
    '',
  ];
  test.each([...LASTING, undefined])('ARM-14: but not in the provisioning state %s', (provisioningState) => {
    const facts = { tags: {}, disableLocalAuth: false, ...(provisioningState && { provisioningState }) };

    expect(decided({ facts, times: { primary: ago(200), secondary: ago(200) } }).kind).toBe('rotate');
  });

  test('an account whose keys nobody has read is to be read, unless it is skipped all the same', () => {
    expect(decided({}).kind).toBe('unread');
    expect(code(decided({ facts: { ...FACTS, disableLocalAuth: true } }))).toBe('LocalAuthDisabled');
  });
});

describe('CLK-01: clocks that differ by 8 minutes', () => {
  test.each([8, -8])('do not rotate a key again that was just changed (%i minutes)', (minutes) => {
    const changed = new Date(NOW + minutes * MINUTE).toISOString();
    const record = announcedAt(new Date(NOW - minutes * MINUTE).toISOString(), changed);

    const decision = decided({ record, times: { primary: changed, secondary: ago(200) } });

    expect(code(decision)).toBe('Overlap');
  });

  test('keep the overlap to within those minutes', () => {
    const times = { primary: ago(7), secondary: ago(200) };

    expect(code(decided({ times, now: NOW - 8 * MINUTE }))).toBe('Overlap');
    expect(code(decided({ times, now: NOW + 8 * MINUTE }))).toBe('rotate');
  });

  test('make no account that was just made due, nor a key overdue', () => {
    const ahead = new Date(NOW + 8 * MINUTE).toISOString();

    expect(decided({ times: { primary: ahead, secondary: ahead } })).toMatchObject({
      kind: 'not-due',
      overdue: false,
    });
  });
});
