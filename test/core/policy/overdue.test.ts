import { describe, expect, test } from 'vitest';
import { decide, isOverdue } from '../../../src/core/policy/policy.ts';

const DAY = 86_400;
const NOW = Date.UTC(2026, 10, 25);
const old = new Date(NOW - 100 * DAY * 1000).toISOString();

const input = {
  facts: { tags: { 'key-rotation': 'enabled' }, disableLocalAuth: false },
  times: { primary: old, secondary: old },
  settings: { rotateUntagged: false, maxAge: 90 * DAY, overlap: 7 * DAY, inUse: 'unknown' as const },
  schedule: { secondNextRun: NOW + 2 * DAY * 1000, period: DAY },
  now: NOW,
};

describe('a key past its max age', () => {
  test('is overdue whatever keeps it from being rotated', () => {
    const facts = { ...input.facts, provisioningState: 'Updating' };

    expect(decide({ ...input, facts })).toMatchObject({ kind: 'skip', code: 'NotProvisioned' });
    expect(isOverdue({ ...input, facts })).toBe(true);
  });

  test('KEY-06: is not known of a key without a time', () => {
    expect(isOverdue({ ...input, times: {} })).toBe(false);
    expect(isOverdue({ ...input, times: { primary: old } })).toBe(true);
  });

  test('is not where its account is not to be rotated, or opens nothing', () => {
    expect(isOverdue({ ...input, facts: { ...input.facts, tags: {} } })).toBe(false);
    expect(isOverdue({ ...input, facts: { ...input.facts, disableLocalAuth: true } })).toBe(false);
    expect(isOverdue({ ...input, now: NOW - 20 * DAY * 1000 })).toBe(false);
  });
});

test('an account that never opted in is told to be that, and nothing else that is odd about it', () => {
  const facts = { tags: { 'key-rotation-max-age': 'P1M' }, disableLocalAuth: true };

  expect(decide({ ...input, facts })).toMatchObject({ kind: 'skip', code: 'Disabled' });
});
