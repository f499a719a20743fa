import { describe, expect, test } from 'vitest';
import type { PolicySettings } from '../../../src/core/policy/policy-settings.ts';
import { impossibleMaxAge, readPolicy } from '../../../src/core/policy/policy-settings.ts';

const DAY = 86_400;
const SETTINGS: PolicySettings = {
  rotateUntagged: false,
  maxAge: 90 * DAY,
  overlap: 7 * DAY,
  inUse: 'unknown',
};

const read = (tags: Record<string, string>, settings: Partial<PolicySettings> = {}, period = DAY) =>
  readPolicy({ ...SETTINGS, ...settings }, tags, period);

describe('an account without tags', () => {
  test.each([
    [false, false],
    [true, true],
  ])('follows the settings (rotateUntagged %s)', (rotateUntagged, enabled) => {
    const { inUse, maxAge, overlap } = SETTINGS;

    expect(read({ team: 'maps' }, { rotateUntagged })).toMatchObject({
      kind: 'policy',
      policy: { enabled, maxAge, overlap, inUse },
    });
  });
});

describe('tags', () => {
  test.each([
    [{ 'key-rotation': 'enabled' }, { enabled: true }],
    [{ 'key-rotation': 'disabled' }, { enabled: false }],
    [{ 'key-rotation': ' Enabled ' }, { enabled: true }],
    [{ 'key-rotation-max-age': 'P30D' }, { maxAge: 30 * DAY, overlap: 7 * DAY }],
    [{ 'key-rotation-overlap': 'P1D' }, { maxAge: 90 * DAY, overlap: DAY }],
    [{ 'key-rotation-max-age': 'P30D', 'key-rotation-overlap': 'P15D' }, { overlap: 15 * DAY }],
    [{ 'key-rotation-in-use': 'secondary' }, { inUseTag: 'secondary', inUse: 'unknown' }],
    [{ 'key-rotation-in-use': 'Primary' }, { inUseTag: 'primary' }],
  ])('%j go before the settings', (tags, policy) => {
    expect(read(tags, { rotateUntagged: true })).toMatchObject({ kind: 'policy', policy });
  });

  test('NAME-02: are known by their names in any case', () => {
    const tags = { 'KEY-Rotation': 'enabled', 'Key-Rotation-Max-Age': 'P20D', 'key-ROTATION-overlap': 'P2D' };

    expect(read(tags)).toMatchObject({ policy: { enabled: true, maxAge: 20 * DAY, overlap: 2 * DAY } });
  });

  test('only max age tagged: the overlap of the settings is capped at its half', () => {
    expect(read({ 'key-rotation-max-age': 'P6D' })).toMatchObject({
      policy: { maxAge: 6 * DAY, overlap: 3 * DAY },
    });
  });

  test.each([
    ['key-rotation', 'yes'],
    ['key-rotation', ''],
    ['key-rotation-in-use', 'newest'],
    ['key-rotation-in-use', 'both'],
    ['key-rotation-max-age', '90'],
    ['key-rotation-max-age', 'P3M'],
    ['key-rotation-max-age', ''],
    ['key-rotation-overlap', 'P0D'],
    ['key-rotation-overlap', '-1'],
  ])('%s=%j is misconfigured, and the message names the tag and what it must be', (name, value) => {
    const policy = read({ [name.toUpperCase()]: value });

    expect(policy).toMatchObject({ kind: 'misconfigured' });
    expect(policy).toHaveProperty(
      'message',
      expect.stringMatching(`^The tag ${name} is '${value}', but must be`),
    );
  });

  test.each([
    ['an overlap over half of the max age', { 'key-rotation-overlap': 'P46D' }, 'key-rotation-overlap'],
    [
      'a max age under twice its overlap',
      { 'key-rotation-max-age': 'P8D', 'key-rotation-overlap': 'P5D' },
      'key-rotation-max-age',
    ],
    ['KEY-05: a max age under four periods', { 'key-rotation-max-age': 'P3D' }, 'key-rotation-max-age'],
  ])('%s is misconfigured', (_, tags, name) => {
    expect(read(tags)).toMatchObject({
      kind: 'misconfigured',
      message: expect.stringContaining(`The tag ${name} `),
    });
  });

  test('KEY-05: a wrong value misconfigures also where the account is opted out by the settings', () => {
    expect(read({ 'key-rotation-max-age': 'abc' }, { rotateUntagged: false }).kind).toBe('misconfigured');
  });
});

describe('a max age', () => {
  test.each([
    [14, 7, 1, true],
    [13.9, 7, 1, false],
    [4, 1, 1, true],
    [3.9, 1, 1, false],
    [28, 7, 7, true],
    [27, 7, 7, false],
  ])(
    'of %d days with an overlap of %d and a period of %d can be held: %s',
    (maxAge, overlap, period, can) => {
      expect(impossibleMaxAge(maxAge * DAY, overlap * DAY, period * DAY) === undefined).toBe(can);
    },
  );
});
