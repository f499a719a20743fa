import type { TableEntityResult } from '@azure/data-tables';
import { expect, test } from 'vitest';
import { fromRotationEntity, toRotationEntity } from '../../../src/adapters/table/rotation-rows.ts';
import type { Rotation } from '../../../src/core/rotation/rotation.ts';
import { parseWorkMessage, printWorkMessage } from '../../../src/core/rotation/work-message.ts';
import { rotationWith } from '../../core/support/rotations.ts';

/** Added since rows were first written. */
const ADDED = [
  'secretId',
  'promoted',
  'verified',
  'tries',
  'latePosts',
  'looksLeft',
  'traceparent',
  'tracestate',
];

const TRACE = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', tracestate: 'a=b' };
const NEW: Rotation = rotationWith({
  state: 'verified',
  secretId: 'https://vault.example/secrets/roads-secondary/1',
  verified: true,
  promoted: true,
  tries: { verify: 1 },
  latePosts: 1,
  looksLeft: 2,
  trace: TRACE,
});

type Entity = Parameters<typeof fromRotationEntity>[0];

function readRow(row: object): Rotation {
  const stored = { ...row, etag: 'W/"1"', timestamp: '2026-11-25T03:00:00Z' } as TableEntityResult<Entity>;
  return fromRotationEntity(stored, Date.parse('2026-11-25T03:00:10Z')).rotation;
}

test('a rotation is read as it was written', () => {
  const row = toRotationEntity('partition', NEW, { seconds: 0 }, 'write');

  expect(readRow(row)).toStrictEqual(NEW);
});

test('a row of an earlier version is the same rotation, without what that did not know', () => {
  const row = toRotationEntity('partition', NEW, { seconds: 0 }, 'write');
  const old = Object.fromEntries(Object.entries(row).filter(([column]) => !ADDED.includes(column)));
  const { secretId: _, promoted: __, verified: ___, trace: ____, ...later } = NEW;
  const { tries: _____, latePosts: ______, looksLeft: _______, ...rest } = later;

  expect(Object.keys(row)).toEqual(expect.arrayContaining(ADDED));
  expect(readRow(old)).toStrictEqual(rest);
});

test('a row of a later version is read without its further columns', () => {
  const row = toRotationEntity('partition', NEW, { seconds: 0 }, 'write');

  expect(readRow({ ...row, laterColumn: 'x' })).toStrictEqual(NEW);
});

test('so is a message', () => {
  const message = { kind: 'rotation', rotationId: NEW.rotationId, attempt: 1 } as const;
  const printed = JSON.parse(printWorkMessage({ ...message, trace: TRACE })) as Record<string, unknown>;
  const { traceparent: _, tracestate: __, ...old } = printed;

  expect(parseWorkMessage(old)).toStrictEqual(message);
  expect(parseWorkMessage({ ...printed, laterProperty: 'x' })).toStrictEqual({ ...message, trace: TRACE });
});
