import { describe, expect, test } from 'vitest';
import type { SecretVersion } from '../../src/core/secret-versions.ts';
import { isOvertaken, outdatedVersions, versionOf } from '../../src/core/secret-versions.ts';
import { AFTER, BEFORE, rotationWith } from './support/rotations.ts';

/** Regenerated the secondary key; the primary one is of an older rotation. */
const rotation = rotationWith({ state: 'regenerated', after: AFTER });

function version(id: string, tags: SecretVersion['tags'] = {}, enabled = true): SecretVersion {
  return { id, enabled, tags };
}

const own = version('own', {
  rotationId: rotation.rotationId,
  keyType: 'secondary',
  keyLastUpdated: AFTER.secondary ?? '',
});
const before = version('before', {
  rotationId: 'earlier',
  keyType: 'secondary',
  keyLastUpdated: BEFORE.secondary ?? '',
});
const other = version('other', {
  rotationId: 'other',
  keyType: 'primary',
  keyLastUpdated: BEFORE.primary ?? '',
});
const newer = version('newer', {
  rotationId: 'newer',
  keyType: 'primary',
  keyLastUpdated: '2026-11-26T03:00:00Z',
});

describe('the version of a rotation', () => {
  test('is the one with its id, also where it was disabled', () => {
    expect(versionOf(rotation, [before, { ...own, enabled: false }])?.id).toBe('own');
  });

  test('is not there before it is written', () => {
    expect(versionOf(rotation, [before, other, version('untagged')])).toBeUndefined();
  });
});

describe('the secret of the key in use', () => {
  test('does not go back to an older key', () => {
    expect(isOvertaken(rotation, [before, other, newer])).toBe(true);
    expect(isOvertaken(rotation, [before, other, own, version('untagged')])).toBe(false);
  });
});

describe('outdated', () => {
  test('are the enabled versions of keys that were replaced', () => {
    const versions = [
      own,
      before,
      other,
      newer,
      version('untagged'),
      { ...before, id: 'off', enabled: false },
    ];

    expect(outdatedVersions(rotation, versions).map(({ id }) => id)).toEqual(['before']);
  });

  test('is the other key too, where it was replaced since', () => {
    const replaced = { ...rotation, after: { ...AFTER, primary: '2026-11-01T00:00:00Z' } };

    expect(outdatedVersions(replaced, [other, newer]).map(({ id }) => id)).toEqual(['other']);
  });

  test('is nothing whose time can not be read', () => {
    const odd = version('odd', { keyType: 'secondary', keyLastUpdated: 'yesterday' });

    expect(outdatedVersions(rotation, [odd, version('bare', { keyType: 'secondary' })])).toEqual([]);
  });
});
