import { describe, expect, test } from 'vitest';
import {
  afterRotation,
  newAccountRecord,
  settledLate,
  withFacts,
  withKeys,
} from '../../../src/core/rotation/account-record.ts';
import { keysChangedByOthers } from '../../../src/core/rotation/observed.ts';
import { ACCOUNT_ID, AFTER, BEFORE, waiting } from '../support/rotations.ts';

const NOW = '2026-11-25T03:01:00.000Z';
const NEW = newAccountRecord({
  subscriptionId: '21a9967a-e8a9-4656-a70b-96ff1c4d05a0',
  resourceGroupName: 'MAPS',
  accountName: 'roads',
});
const regenerated = waiting({ state: 'regenerated', after: AFTER });
const completed = waiting({ state: 'completed', after: AFTER, told: true });
const failedInDoubt = waiting({ state: 'failed', everInDoubt: true });
const { rotationId } = regenerated;
const doubt = { rotationId: 'earlier', keyType: 'secondary', before: BEFORE } as const;

describe('what ARM says of an account', () => {
  test('goes before how a caller wrote its id', () => {
    expect(withFacts(NEW, { id: ACCOUNT_ID, localAuthDisabled: true })).toEqual({
      ...NEW,
      accountId: ACCOUNT_ID,
      canonical: true,
      localAuthDisabled: true,
    });
  });

  test('tells what its tag asks for now, and not what it asked for once', () => {
    const tagged = withFacts(NEW, { id: ACCOUNT_ID, localAuthDisabled: false, taggedMaxAge: 30 * 86_400 });

    expect(tagged.taggedMaxAge).toBe(30 * 86_400);
    expect(withFacts(tagged, { id: ACCOUNT_ID, localAuthDisabled: false })).not.toHaveProperty(
      'taggedMaxAge',
    );
  });

  test('is not taken over where it is no id of an account', () => {
    expect(withFacts(NEW, { id: '/subscriptions/x', localAuthDisabled: false })).toMatchObject({
      accountId: NEW.accountId,
      canonical: false,
    });
  });
});

describe('a key that was regenerated', () => {
  test('is owed an event, and seen, but not announced', () => {
    const record = afterRotation(withKeys(NEW, BEFORE, NOW), regenerated, NOW);

    expect(record).toMatchObject({ untold: [rotationId], seen: AFTER });
    expect(record).not.toHaveProperty('announced');
    expect(afterRotation(record, regenerated, NOW).untold).toEqual([rotationId]);
  });

  test('leaves a change of the other key to be seen', () => {
    const record = afterRotation(
      withKeys(NEW, BEFORE, NOW),
      { ...regenerated, after: { ...AFTER, primary: NOW } },
      NOW,
    );

    expect(keysChangedByOthers(record, { ...AFTER, primary: NOW })).toEqual(['primary']);
  });

  test('takes over what an earlier rotation of the same key left in doubt, and of that key alone', () => {
    const other = { ...doubt, rotationId: 'other', keyType: 'primary' } as const;

    expect(afterRotation({ ...NEW, doubts: [doubt, other] }, regenerated, NOW).doubts).toEqual([other]);
  });

  test('takes nothing back that a later rotation told while its event was owed', () => {
    const owed = afterRotation(withKeys(NEW, BEFORE, NOW), regenerated, NOW);
    const later = {
      ...waiting({ state: 'regenerated', after: { ...AFTER, secondary: NOW } }),
      rotationId: 'later',
    };
    const record = {
      ...afterRotation(owed, later, NOW),
      doubts: [{ ...doubt, before: { ...BEFORE, secondary: NOW } }],
    };

    expect(afterRotation(record, { ...regenerated, state: 'stored' }, NOW)).toEqual(record);
    expect(afterRotation(record, { ...regenerated, state: 'verified' }, NOW)).toEqual(record);
  });

  test('is remembered with what Azure Maps said to it', () => {
    const record = afterRotation(NEW, { ...completed, verified: false }, NOW);

    expect(record.announced?.verified).toBe(false);
  });

  test('is the one in use once its event was accepted', () => {
    const record = afterRotation({ ...NEW, untold: ['another', rotationId] }, completed, NOW);

    expect(record).toMatchObject({
      untold: ['another'],
      announced: { rotationId, keyType: 'secondary', keyLastUpdated: AFTER.secondary, acceptedAt: NOW },
    });
  });

  test('is not where a newer one was announced before, but counts for the overlap', () => {
    const announced = {
      keyType: 'primary',
      keyLastUpdated: '2026-11-26T00:00:00Z',
      acceptedAt: BEFORE.primary ?? '',
    };

    const record = afterRotation({ ...NEW, announced: { ...announced, keyType: 'primary' } }, completed, NOW);

    expect(record.announced).toEqual({ ...announced, acceptedAt: NOW });
  });
});

describe('a rotation that failed', () => {
  test('after a POST in doubt leaves what to look for', () => {
    const record = afterRotation(NEW, failedInDoubt, NOW);

    expect(record.doubts).toEqual([{ ...doubt, rotationId }]);
    expect(afterRotation(record, failedInDoubt, NOW).doubts).toHaveLength(1);
    expect(settledLate(record, BEFORE)).toEqual([]);
    expect(settledLate(record, { ...BEFORE, primary: NOW })).toEqual([]);
    expect(settledLate(record, AFTER)).toEqual([rotationId]);
  });

  test('of a key of which nothing is known is not taken for carried out by a first time', () => {
    const record = afterRotation(NEW, { ...failedInDoubt, before: {} }, NOW);

    expect(settledLate(record, {})).toEqual([]);
    expect(settledLate(record, AFTER)).toEqual([]);
  });

  test('surely without a change leaves nothing', () => {
    expect(afterRotation(NEW, waiting({ state: 'failed' }), NOW)).toEqual(NEW);
  });

  test('and was carried out after all is in doubt no more', () => {
    const record = afterRotation(
      afterRotation(NEW, failedInDoubt, NOW),
      { ...regenerated, everInDoubt: true },
      NOW,
    );

    expect(record).toMatchObject({ doubts: [], untold: [rotationId] });
  });
});

describe('keys that others changed', () => {
  test.each([
    ['none where nothing was seen before', undefined, AFTER, []],
    ['none where nothing changed', BEFORE, BEFORE, []],
    ['one', BEFORE, AFTER, ['secondary']],
    [
      'both, the earlier one first',
      BEFORE,
      { primary: '2026-12-01T00:00:00Z', secondary: NOW },
      ['secondary', 'primary'],
    ],
  ] as const)('%s', (_, seen, times, changed) => {
    const record = seen === undefined ? NEW : withKeys(NEW, seen, NOW);

    expect(keysChangedByOthers(record, times)).toEqual(changed);
  });
});
