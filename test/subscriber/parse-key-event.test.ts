import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeyEventError, parseKeyEvent, parseKeyEvents } from '../../src/subscriber/index.ts';
import { rotations } from '../core/support/rotations.ts';
import { changed, onTheWire, REGENERATED } from './samples.ts';

function errorOf(body: unknown, parse: (body: unknown) => unknown = parseKeyEvent): KeyEventError {
  try {
    parse(body);
  } catch (error) {
    if (error instanceof KeyEventError) return error;
  }
  throw new Error('No KeyEventError was thrown.');
}

test('every event that the app makes is read as it was sent', () => {
  fc.assert(
    fc.property(rotations, (rotation) => {
      const sent = onTheWire(rotation);

      expect(parseKeyEvent(sent)).toStrictEqual(sent);
    }),
    { numRuns: 500 },
  );
});

test('the key in the vault and its verification are read', () => {
  expect(parseKeyEvent(structuredClone(REGENERATED))).toStrictEqual(REGENERATED);
});

test('attributes that others add are kept, and fields of data that come later are left out', () => {
  const extensions = {
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    tracestate: '',
    hops: 3,
  };
  const data = { ...REGENERATED.data, region: 'westeurope' };

  const event = parseKeyEvent({ ...REGENERATED, ...extensions, data });

  expect(event).toStrictEqual({ ...REGENERATED, ...extensions });
});

test.each([
  ['data.trigger', 'webhook'],
  ['data.reason', 'leaked'],
])('an older subscriber takes what a later app may write: %s %s', (path, value) => {
  const event = changed(path, value);

  expect(parseKeyEvent(event)).toStrictEqual(event);
});

test.each([
  ['specversion', '0.3', 'must be 1.0'],
  ['id', '', 'must not be empty'],
  ['source', undefined, 'must be of the type string'],
  ['type', 'KeyExpired', 'must be KeyRegenerated or KeyRotationFailed'],
  ['type', undefined, 'must be KeyRegenerated or KeyRotationFailed'],
  ['subject', null, 'must be of the type string'],
  ['time', 'today', 'must be a time as in RFC 3339'],
  ['data', undefined, 'must be of the type object'],
  ['data', 'text', 'must be of the type object'],
  ['data.rotationId', '7', 'must be a GUID'],
  ['data.keyType', 'tertiary', 'must be primary or secondary'],
  ['data.keyLastUpdated', '2026-11-25T16:31:22', 'must be a time as in RFC 3339'],
  ['data.otherKeyLastUpdated', null, 'must be of the type string'],
  [
    'data.secretId',
    'https://kv.vault.azure.net/keys/a/b',
    'must be the id of a version of a Key Vault secret',
  ],
  [
    'data.secretId',
    'http://kv.vault.azure.net/secrets/a/b',
    'must be the id of a version of a Key Vault secret',
  ],
  ['data.verified', 'yes', 'must be of the type boolean'],
])('%s = %j is refused', (path, value, rule) => {
  const error = errorOf(changed(path, value));

  expect(error).toMatchObject({ name: 'KeyEventError', path, rule });
  expect(error.message).toBe(`The event is not valid: ${path} ${rule}.`);
});

test.each([undefined, null, 7, 'event', []])('%j is no event', (body) => {
  expect(errorOf(body)).toMatchObject({ path: '', rule: 'must be of the type object' });
});

test('no value that was sent gets into the error', () => {
  const secret = 'uXvK3cret';
  const paths = fc.constantFrom(
    'specversion',
    'id',
    'type',
    'time',
    'data',
    'data.keyType',
    'data.secretId',
    'data.verified',
  );
  const values = fc.constantFrom<unknown>(secret, [secret], { [secret]: secret });

  fc.assert(
    fc.property(paths, values, (path, value) => {
      fc.pre(path !== 'id' || typeof value !== 'string');
      const error = errorOf(changed(path, value));

      expect(JSON.stringify([error.message, error.stack, error])).not.toContain(secret);
    }),
  );
});

test('a failure without its reason is refused', () => {
  const failed = {
    ...REGENERATED,
    type: 'KeyRotationFailed',
    data: { ...REGENERATED.data, state: 'started' },
  };

  expect(errorOf(failed)).toMatchObject({ path: 'data.keyRegenerated', rule: 'must be of the type boolean' });
});

test('a batch is an array, one event is a batch of one', () => {
  expect(parseKeyEvents([REGENERATED, REGENERATED])).toStrictEqual([REGENERATED, REGENERATED]);
  expect(parseKeyEvents(REGENERATED)).toStrictEqual([REGENERATED]);
  expect(parseKeyEvents([])).toStrictEqual([]);
});

test('of a batch, the error says which event it is', () => {
  const error = errorOf([REGENERATED, changed('data.keyType', 'x')], parseKeyEvents);

  expect(error.path).toBe('1.data.keyType');
});
