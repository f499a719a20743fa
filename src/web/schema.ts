import { z } from 'zod';
import { KEY_TYPES } from '../core/key-type.ts';

/** ARM's `MapsKeySpecification`. */
export const regenerateKeyBody = z.strictObject({ keyType: z.enum(KEY_TYPES) });
