import { app } from '@azure/functions';
import { createParts } from './create-parts.ts';
import { type Parts, refreshKey } from './refresh-key.ts';
import { readSettings } from './settings.ts';

let parts: Parts | undefined;

app.eventGrid<unknown>('refreshKey', {
  async handler(event, context) {
    parts ??= createParts(readSettings(process.env));
    await refreshKey(event, parts, {
      info: (message, fields) => context.info(JSON.stringify({ message, ...fields })),
      warn: (message, fields) => context.warn(JSON.stringify({ message, ...fields })),
    });
  },
});
