import type { TransactionAction } from '@azure/data-tables';
import type { Row } from './table-client.ts';
import type { Actor, World } from './world.ts';

/** Rows turn the digits of a rotation's id round. */
export function rotationIdOf(rowKey: string): string {
  return rowKey
    .slice('rotation-'.length)
    .replace(/[0-9a-f]/g, (digit) => (15 - Number.parseInt(digit, 16)).toString(16));
}

/** One rotation of an account between `started` and `regenerated`, and a lock exactly as long. */
export function lockBreaches(rows: readonly Row[]): string[] {
  const breaches: string[] = [];
  for (const partition of new Set(rows.map(({ partitionKey }) => partitionKey))) {
    const own = rows.filter(({ partitionKey }) => partitionKey === partition);
    const started = own.filter(({ state }) => state === 'started').map(({ rowKey }) => rotationIdOf(rowKey));
    const locks = own.filter(({ rowKey }) => rowKey === 'lock').map(({ rotationId }) => rotationId);
    if (started.length > 1) breaches.push(`${started.length} rotations of one account have started`);
    if (started.join() !== locks.join()) breaches.push(`the lock is of ${locks}, but started is ${started}`);
  }
  return breaches;
}

/** What the rows of a rotation said of it. */
export interface SeenRotation {
  readonly rotationId: string;
  /** Of the account at its address when it began. */
  readonly uniqueId: string | undefined;
  readonly accountId: string;
  readonly keyType: string;
  readonly command: string;
  readonly trigger: string;
  /** Who wrote its first row, and when. */
  readonly actor: Actor;
  readonly at: number;
  state: string;
}

export interface RotationWatch {
  readonly rotations: ReadonlyMap<string, SeenRotation>;
  /** Learns from what was committed, and tells what is wrong with it. */
  note(actions: readonly TransactionAction[], actor: Actor): string[];
}

/** `uniqueIdOf`: which account is at an address now. */
export function createRotationWatch(
  world: World,
  uniqueIdOf: (accountId: string) => string | undefined,
): RotationWatch {
  const rotations = new Map<string, SeenRotation>();

  function noteRow(row: Readonly<Record<string, unknown>>, actor: Actor): string[] {
    const { rowKey, state, accountId, keyType, command, trigger } = row as Readonly<Record<string, string>>;
    if (!rowKey?.startsWith('rotation-')) return [];
    const rotationId = rotationIdOf(rowKey);
    // A driver saves its intent before each POST, so the last one saved is the one that it sends for.
    if (typeof row.doubt === 'string' && row.doubt.includes('"sending"')) actor.posting = rotationId;
    const known = rotations.get(rotationId);
    if (known !== undefined && state !== undefined) known.state = state;
    if (known !== undefined || state === undefined || accountId === undefined) return [];
    const about = { keyType: `${keyType}`, command: `${command}`, trigger: `${trigger}`, state: `${state}` };
    // Another one may have its name by the time that the row is written.
    const uniqueId = typeof row.uniqueId === 'string' ? row.uniqueId : uniqueIdOf(accountId);
    const seen = { rotationId, uniqueId, accountId, ...about, actor, at: world.now() };
    rotations.set(rotationId, seen);
    return startedBeside(seen);
  }

  /** Of one account, wherever it was moved. */
  function startedBeside({ rotationId, uniqueId, state }: SeenRotation): string[] {
    if (state !== 'started' || uniqueId === undefined) return [];
    return [...rotations.values()]
      .filter((other) => other.uniqueId === uniqueId && other.state === 'started')
      .filter((other) => other.rotationId !== rotationId)
      .map((other) => `${rotationId} started beside ${other.rotationId} of the same account`);
  }

  return {
    rotations,
    note(actions, actor) {
      const rows = actions.filter(([kind]) => kind !== 'delete').map(([, row]) => row);
      // What ends in a transaction makes way for what begins in it.
      const ended = rows.filter(({ state }) => state !== undefined && state !== 'started');
      const others = rows.filter((row) => !ended.includes(row));
      return [...ended, ...others].flatMap((row) => noteRow(row, actor));
    },
  };
}
