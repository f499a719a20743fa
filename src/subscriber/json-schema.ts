import * as z from 'zod/mini';
import type { KeyEventType } from './events.ts';
import { keyRegenerated, keyRotationFailed } from './schema.ts';

const SCHEMAS = { KeyRegenerated: keyRegenerated, KeyRotationFailed: keyRotationFailed };

export const KEY_EVENT_TYPES = Object.keys(SCHEMAS) as KeyEventType[];

/** JSON Schema (draft 2020-12) of an event as it is delivered. */
export function keyEventJsonSchema(type: KeyEventType): object {
  const { $schema, ...schema } = z.toJSONSchema(SCHEMAS[type], {
    target: 'draft-2020-12',
    // What may be sent, not what the parser hands on: fields that it does not know are allowed.
    io: 'input',
    override({ jsonSchema }) {
      // The format says the same, and can be read.
      if (jsonSchema.format === 'date-time' || jsonSchema.format === 'uuid') delete jsonSchema.pattern;
    },
  });
  return { $schema, $id: `urn:maps-key-rotation:event:${type}`, ...schema };
}
