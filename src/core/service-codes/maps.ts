import { PASSES } from './presets.ts';
import type { ServiceCodes } from './types.ts';

/** Codes of the Azure Maps data plane, on which a new key is tried. */
export const MAPS_CODES = {
  InvalidKey: {
    ...PASSES,
    status: 401,
    title: 'Key not known yet',
    meaning: 'Azure Maps does not know the key, which is so for a while after it was made.',
    todo: 'Wait a minute: the app tries it again. If it stays, look at the account (disableLocalAuth, network rules).',
  },
} as const satisfies ServiceCodes;
