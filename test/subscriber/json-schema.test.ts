import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseKeyEvent } from '../../src/subscriber/index.ts';
import { KEY_EVENT_TYPES, keyEventJsonSchema } from '../../src/subscriber/json-schema.ts';
import { rotations, waiting } from '../core/support/rotations.ts';
import { changed, onTheWire, REGENERATED } from './samples.ts';

const ajv = new Ajv2020({ strict: true, allErrors: true });
formats.default(ajv);
const committed = Object.fromEntries(
  KEY_EVENT_TYPES.map((type) => [
    type,
    JSON.parse(readFileSync(`docs/events/${type}.schema.json`, 'utf8')) as object,
  ]),
);
const validators = Object.fromEntries(
  Object.entries(committed).map(([type, schema]) => [type, ajv.compile(schema)]),
);

function faults(event: unknown): unknown {
  const { type } = event as { type: string };
  const validate = validators[type];
  return validate?.(event) === true ? [] : (validate?.errors ?? 'no schema');
}

function isParsed(event: unknown): boolean {
  try {
    parseKeyEvent(event);
    return true;
  } catch {
    return false;
  }
}

describe.each(KEY_EVENT_TYPES)('%s', (type) => {
  test('the schema in the repository is that of the code (npm run schemas)', () => {
    expect(committed[type]).toStrictEqual(JSON.parse(JSON.stringify(keyEventJsonSchema(type))));
  });

  test('the schema has a name, and says of each field what it is', () => {
    expect(committed[type]).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: `urn:maps-key-rotation:event:${type}`,
      title: type,
    });
    expect(undescribed(committed[type], '')).toStrictEqual([]);
  });
});

/** The schemas below this one that say nothing of themselves. */
function undescribed(schema: unknown, path: string): string[] {
  const { description, properties = {} } = schema as { description?: string; properties?: object };
  const below = Object.entries(properties).flatMap(([name, field]) => undescribed(field, `${path}/${name}`));
  return description ? below : [path, ...below];
}

test('every event that the app makes keeps to the schema', () => {
  fc.assert(
    fc.property(rotations, (rotation) => {
      expect(faults(onTheWire(rotation))).toStrictEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('an event with all that it can have keeps to the schema', () => {
  const traced = { ...REGENERATED, traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' };

  expect(faults(traced)).toStrictEqual([]);
});

test('schema and parser refuse and take the same', () => {
  const paths = Object.keys(REGENERATED)
    .filter((name) => name !== 'type')
    .concat(Object.keys(REGENERATED.data).map((name) => `data.${name}`));
  const values = fc.constantFrom<unknown>(
    ...[undefined, null, '', ' ', 'text', '1.0', 'primary', 0, true, [], {}],
    ...[
      '2026-11-25T16:31:22Z',
      '2026-11-25T16:31:22.3184321+01:00',
      '2026-11-25T16:31:22',
      '2026-02-30T00:00:00Z',
    ],
    ...['01A2138C-2881-7403-AC1F-38B7F65C1457', 'https://kv/secrets/a/b', 'https://kv/secrets/a'],
  );

  fc.assert(
    fc.property(fc.constantFrom(...paths), values, (path, value) => {
      fc.pre(path !== 'source');
      const event = changed(path, value);

      expect({ path, value, taken: isParsed(event) }).toStrictEqual({
        path,
        value,
        taken: Array.isArray(faults(event)) && (faults(event) as unknown[]).length === 0,
      });
    }),
    { numRuns: 1000 },
  );
});

test('the schema of one type refuses the other', () => {
  const failed = onTheWire(waiting({ state: 'failed' }));

  expect(validators.KeyRegenerated?.(failed)).toBe(false);
  expect(validators.KeyRotationFailed?.(REGENERATED)).toBe(false);
});
