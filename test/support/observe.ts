import { setTimeout as sleep } from 'node:timers/promises';
import { rotationRow } from '../../src/adapters/table/rotation-rows.ts';
import type { CloudEvent } from '../../tools/local-azure/event-grid/cloud-event.ts';
import type { KeyType, Regeneration } from '../../tools/local-azure/local-azure.ts';
import type { RunningApp } from './running-app.ts';
import type { World } from './world.ts';

/** A rotation's row, read past the app. */
export interface RotationRow {
  readonly rotationId: string;
  readonly accountId: string;
  readonly keyType: KeyType;
  readonly trigger: string;
  readonly state: string;
  readonly attempt: number;
  readonly told: boolean;
  /** The code of why it failed, or of what it waits for. */
  readonly code: string | undefined;
}

type Columns = Omit<RotationRow, 'rotationId' | 'code'> & { failure?: string };

/** All rows of the table; none where the app has not made it yet. */
async function* allRows(world: World) {
  try {
    yield* world.table.listEntities<Columns>();
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** Oldest first. */
export async function rotationRows(world: World, accountId?: string): Promise<RotationRow[]> {
  const rows: RotationRow[] = [];
  for await (const row of allRows(world)) {
    const { partitionKey, rowKey = '', failure } = row;
    if (partitionKey === 'index' || !rowKey.startsWith('rotation-')) continue;
    const rotationId = rotationRow(rowKey.slice('rotation-'.length)).slice('rotation-'.length);
    const code = failure === undefined ? undefined : (JSON.parse(failure) as { code: string }).code;
    rows.push({ ...row, rotationId, code });
  }
  return rows.filter((row) => accountId === undefined || same(row.accountId, accountId)).reverse();
}

export function isFinal({ state, told }: RotationRow): boolean {
  return state === 'completed' || (state === 'failed' && told);
}

/** Waits until each rotation of the account has come to its end. */
export function allOver(world: World, accountId: string, seconds = 40): Promise<void> {
  return until(
    'all rotations over',
    async () => {
      const rows = await rotationRows(world, accountId);
      return rows.length > 0 && rows.every(isFinal);
    },
    seconds,
  );
}

/** The accounts that are locked, by the partitions of their rows `lock`. */
export async function locks(world: World): Promise<string[]> {
  const found: string[] = [];
  for await (const { partitionKey, rowKey } of allRows(world)) {
    if (rowKey === 'lock') found.push(partitionKey ?? '');
  }
  return found;
}

/** What the app regenerated, not others. */
export function regenerations(world: World, accountId: string): Regeneration[] {
  return world.azure.regenerations.filter((one) => one.by === 'request' && same(one.accountId, accountId));
}

export function events(world: World, accountId: string, type = 'KeyRegenerated'): CloudEvent[] {
  return world.azure.events.filter(
    (event) => event.type === type && same(decodeURI(event.source), accountId),
  );
}

export function calls(world: World, operation: string, accountId?: string) {
  const name = accountId?.split('/').at(-1)?.toLowerCase();
  return world.azure.calls.filter(
    (call) => call.operation === operation && (name === undefined || call.account?.toLowerCase() === name),
  );
}

/** Messages of the queue, hidden ones too. */
export async function messageCount(world: World): Promise<number> {
  try {
    return (await world.queue.getProperties()).approximateMessagesCount ?? 0;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}

/** Puts a message into the queue as the app writes it, or as somebody else would. */
export async function sendMessage(world: World, value: unknown, seconds = 0): Promise<void> {
  await world.queue.createIfNotExists();
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  await world.queue.sendMessage(Buffer.from(text).toString('base64'), { visibilityTimeout: seconds });
}

/** Waits until it holds, looking at a pace that leaves the machine to the app. */
export async function until(
  what: string,
  holds: () => Promise<boolean> | boolean,
  seconds = 40,
): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`Not within ${seconds} s: ${what}`);
    await sleep(150);
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: { error?: { code: string; message: string; target?: string } } & Record<string, unknown>;
  readonly seconds: number;
}

export async function regenerateKey(
  app: RunningApp,
  accountId: string,
  keyType: KeyType,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const startedAt = performance.now();
  const response = await app.fetch(`/api${accountId}/regenerateKey`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ keyType }),
  });
  const text = await response.text();
  const seconds = (performance.now() - startedAt) / 1000;
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text), seconds };
}

export function repeatable(id: string): Record<string, string> {
  return { 'Repeatability-Request-ID': id, 'Repeatability-First-Sent': new Date().toUTCString() };
}

function isMissing(error: unknown): boolean {
  return (error as { statusCode?: number }).statusCode === 404;
}

function same(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}
