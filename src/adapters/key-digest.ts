import { createHmac } from 'node:crypto';
import type { Secret } from '../core/secret.ts';

/** Half of SHA-256's length leaves no room for chance, and no digest can be taken for a key by its length. */
const BYTES = 16;

/** HMAC-SHA-256 of a key under a salt. A key of Azure Maps has hundreds of random bits, so it can't be guessed back. */
export function digestKey(key: Secret, salt: string): string {
  return createHmac('sha256', salt).update(key.reveal()).digest().subarray(0, BYTES).toString('base64url');
}
