import { createParts } from './create-parts.ts';
import { putFirstKey } from './first-key.ts';
import { readSettings } from './settings.ts';

// `npm run first-key`: once, by whoever installs the function.
const settings = readSettings(process.env);
const keyType = await putFirstKey(createParts(settings));
const secret = `The secret ${settings.secretName}`;
console.log(
  keyType === undefined
    ? `${secret} has a value already: nothing was written.`
    : `${secret} has the ${keyType} key now.`,
);
