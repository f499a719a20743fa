import { expect } from 'vitest';
import type { ErrorBody, Stage } from './stage.ts';

/** What each error has, whoever is at fault: enough to go on with, and nothing of the inside. */
export async function usableError(stage: Stage, response: Response): Promise<ErrorBody['error']> {
  const text = await response.text();
  const { error } = JSON.parse(text) as ErrorBody;
  expect(response.status).toBeGreaterThanOrEqual(400);
  expect(response.headers.get('content-type')).toMatch(/^application\/json\b/);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('x-ms-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect(response.headers.get('x-ms-error-code')).toBe(error.code);
  expect(error.code).toMatch(/^[\w.-]+$/);
  expect(error.message).toMatch(/^[^\p{Cc}]{20,1500}$/u);
  expect(text).not.toMatch(/ {4}at |node:internal|node_modules|\.js:\d/);
  for (const key of stage.azure.everyKey) expect(text).not.toContain(key);
  return error;
}
