import { setTimeout as sleep } from 'node:timers/promises';
import { odata } from '@azure/data-tables';
import { rotationIdOf } from '../../src/adapters/table/rotation-rows.ts';
import { eachAtATime } from '../support/crash-points.ts';
import { runTimer, send } from './callers.ts';
import type { RowWrite } from './history.ts';
import { now } from './journal.ts';
import type { World } from './world.ts';

/** Everything has come to rest after that long without faults: leases, the longest waits and a round of the timers. */
const REST_MS = 60_000;

/** Nobody asks for anything any more. Returns how many seconds it took until nothing was left to do. */
export async function comeToRest(world: World): Promise<number> {
  const start = now();
  for (const id of world.due) world.azure.accounts.update(id, { tags: { 'key-rotation': 'disabled' } });
  await untilQuiet(world);
  const seconds = (now() - start) / 1000;
  await lookAtEach(world);
  await untilQuiet(world);
  await noteLeftovers(world);
  for (const { host, lines } of world.logs()) {
    for (const { message } of lines) world.journal.suspects.add(`the log of ${host}`, message);
  }
  return seconds;
}

/** A reading of each account's keys, which shows whatever changed unseen. The policy then declines. */
async function lookAtEach(world: World): Promise<void> {
  const [host] = world.hosts;
  if (host === undefined) throw new Error('There is no host.');
  await eachAtATime(4, [...world.due, ...world.ordered], async (accountId) => {
    for (let look = 0; look < 3; look++) {
      const answer = await send(world, host, { accountId, route: 'rotate', headers: {} });
      if (answer?.code === 'Disabled') return;
      await sleep(1000);
    }
  });
}

async function untilQuiet(world: World): Promise<void> {
  const end = now() + REST_MS;
  while (now() < end && !(await isQuiet(world))) {
    // One run at a time, as by the platform: beside one another they only slow each other down.
    const host = world.hosts.find((one) => one.app() !== undefined);
    const app = host?.app();
    if (host && app) await Promise.race([runTimer(world, host, app, 'reconcileRotations'), sleep(20_000)]);
    await sleep(1000);
  }
}

async function isQuiet({ journal, queue, table }: World): Promise<boolean> {
  if (openRotations(journal.writes).length > 0) return false;
  if (((await queue.getProperties()).approximateMessagesCount ?? 0) > 0) return false;
  const written = new Set(journal.writes.map(({ rotationId }) => rotationId));
  const filter = odata`PartitionKey eq 'index' and RowKey ge ${'open-'} and RowKey lt ${'open.'}`;
  for await (const { rowKey = '' } of table.listEntities({ queryOptions: { filter } })) {
    if (written.has(rowKey.slice('open-'.length))) return false;
  }
  return true;
}

/** By the last write of each row. */
function openRotations(writes: readonly RowWrite[]): RowWrite[] {
  const last = new Map(writes.map((write) => [write.rotationId, write]));
  return [...last.values()].filter(({ state, told }) => !isOver(state, told));
}

function isOver(state: string, told: boolean): boolean {
  return state === 'completed' || (state === 'failed' && told);
}

type Columns = { accountId?: string; state?: string; told?: boolean; rotationId?: string };

/** What storage itself still has, and whether a key is among it. */
async function noteLeftovers({ table, queue, journal }: World): Promise<void> {
  const rotations = new Set<string>();
  const open: string[] = [];
  for await (const row of table.listEntities<Columns>()) {
    const { partitionKey = '', rowKey = '', state = '', told = false } = row;
    journal.suspects.add('a row', JSON.stringify(row));
    const accountId = partitionKey.replaceAll('|', '/');
    if (rowKey === 'lock') {
      const about = { accountId, ...(row.rotationId !== undefined && { rotationId: row.rotationId }) };
      journal.left.push({ kind: 'lock', ...about, text: 'the account is still locked' });
    }
    if (rowKey.startsWith('open-')) open.push(rowKey.slice('open-'.length));
    if (!rowKey.startsWith('rotation-') || partitionKey === 'index') continue;
    const rotationId = rotationIdOf(rowKey);
    rotations.add(rotationId);
    if (isOver(state, told)) continue;
    journal.left.push({ kind: 'rotation', accountId, rotationId, text: `still ${state}, told: ${told}` });
  }
  // One whose rotation never came to exist stays for an hour, in case its start is only slow.
  for (const rotationId of open.filter((id) => rotations.has(id))) {
    journal.left.push({ kind: 'open row', rotationId, text: 'its rotation is over' });
  }
  const messages = (await queue.getProperties()).approximateMessagesCount ?? 0;
  if (messages > 0) journal.left.push({ kind: 'message', text: `${messages} messages in the queue` });
}
