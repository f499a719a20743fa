import { expect } from 'vitest';
import type { Answer } from './observe.ts';
import { events, isFinal, locks, regenerations, rotationRows } from './observe.ts';
import type { World } from './world.ts';

/** ARM's ErrorResponse with all that a caller needs, and nothing of what went wrong inside. */
export function expectError(answer: Answer, statuses: readonly number[], code?: string): void {
  expect(statuses, answer.text).toContain(answer.status);
  expect(answer.body.error?.message).toMatch(/\w/);
  if (code !== undefined) expect(answer.body.error?.code).toBe(code);
  expect(answer.headers.get('content-type')).toContain('application/json');
  expect(answer.headers.get('x-ms-request-id')).toMatch(/\w/);
  expect(answer.text).not.toMatch(/ {4}at |\.js:\d|node_modules|<html/i);
}

/** Each regeneration was told of under the id of its rotation, nothing else was told, and nothing is locked. */
export async function expectTold(world: World, accountId: string): Promise<void> {
  const told = new Set(events(world, accountId).map(({ id }) => id));
  const rows = await rotationRows(world, accountId);
  const done = rows.filter(({ state }) => state === 'completed');
  expect([...told].sort()).toEqual(done.map(({ rotationId }) => rotationId).sort());
  expect(told.size).toBe(regenerations(world, accountId).length);
  expect(rows.filter((row) => !isFinal(row))).toEqual([]);
  const partition = accountId.toLowerCase().replaceAll('/', '|');
  expect(await locks(world)).not.toContain(partition);
}

/** No function wrote to the log, and none called Azure, after it had ended. */
export function expectNothingAfterEnd(world: World): void {
  for (const app of world.apps) {
    const ended = new Set<string>();
    for (const line of app.log as readonly { message: string; invocationId?: string }[]) {
      if (line.invocationId === undefined) continue;
      expect([...ended], line.message).not.toContain(line.invocationId);
      if (line.message.startsWith('Executed ')) ended.add(line.invocationId);
    }
    expect(app.log.filter(({ message }) => /unexpected call|unhandled/i.test(message))).toEqual([]);
  }
}
