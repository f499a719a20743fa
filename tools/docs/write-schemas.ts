import { mkdirSync, writeFileSync } from 'node:fs';
import { KEY_EVENT_TYPES, keyEventJsonSchema } from '../../src/subscriber/json-schema.ts';

mkdirSync('docs/events', { recursive: true });
for (const type of KEY_EVENT_TYPES) {
  writeFileSync(`docs/events/${type}.schema.json`, JSON.stringify(keyEventJsonSchema(type)));
}
