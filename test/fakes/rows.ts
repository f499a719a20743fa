import type { Row } from './table-client.ts';

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
