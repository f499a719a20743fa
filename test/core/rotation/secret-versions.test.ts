import { describe, expect, test } from 'vitest';
import type { SecretVersion } from '../../../src/core/rotation/secret-versions.ts';
import { isDead, isOvertaken, isReplaced, versionOf } from '../../../src/core/rotation/secret-versions.ts';
import { AFTER, BEFORE, rotationWith } from '../support/rotations.ts';

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

describe('a dead key', () => {
  const dead = (of: typeof rotation, versions: SecretVersion[]) =>
    versions.filter((one) => isDead(of, one)).map(({ id }) => id);

  test('is one that was replaced', () => {
    expect(dead(rotation, [own, before, other, newer, version('untagged')])).toEqual(['before']);
  });

  test('is the other key too, where it was replaced since', () => {
    const replaced = { ...rotation, after: { ...AFTER, primary: '2026-11-01T00:00:00Z' } };

    expect(dead(replaced, [other, newer])).toEqual(['other']);
  });

  test('is none whose time can not be read', () => {
    const odd = version('odd', { keyType: 'secondary', keyLastUpdated: 'yesterday' });

    expect(dead(rotation, [odd, version('bare', { keyType: 'secondary' })])).toEqual([]);
  });
});

test('under a former address, only the very key that was replaced is known to be dead', () => {
  const ofAnother = version('of another', { ...before.tags, keyLastUpdated: '2026-01-01T00:00:00Z' });
  const versions = [own, before, other, newer, ofAnother, version('untagged')];

  expect(versions.filter((one) => isReplaced(rotation, one)).map(({ id }) => id)).toEqual(['before']);
});
