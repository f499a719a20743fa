import type { RunningApp } from './running-app.ts';
import type { StorageHook, StorageRequest } from './storage-proxy.ts';
import type { World } from './world.ts';

export type Side = 'before' | 'after';

/** The n-th outside call of its kind in a run, and on which side of its effect the process dies. */
export interface CrashPoint {
  readonly call: string;
  readonly nth: number;
  readonly side: Side;
}

export function printPoint({ call, nth, side }: CrashPoint): string {
  return `${side} ${call} #${nth}`;
}

type Listener = (point: CrashPoint) => Promise<'pass' | 'drop'>;

/** These have no effect: a crash at one leaves behind what a crash at a side of the writes around it does. */
const READS =
  /^(table query|table get|token|listAccounts|getAccount|listKeys|listSecretVersions|getDeletedSecret|mapsRequest)/;

/** Each side of each outside call with an effect that the app makes while it runs, in order. */
export async function recordCalls(world: World, run: () => Promise<void>): Promise<CrashPoint[]> {
  const points: CrashPoint[] = [];
  listen(world, async (point) => {
    points.push(point);
    return 'pass';
  });
  await run();
  listen(world, undefined);
  return points.filter(({ call }) => !READS.test(call));
}

/** Runs the app until its process dies at the point. The call gets no effect, or no answer. */
export async function crashAt(
  world: World,
  app: RunningApp,
  point: CrashPoint,
  run: () => Promise<void>,
): Promise<void> {
  let reached = false;
  listen(world, async (passed) => {
    if (reached || printPoint(passed) !== printPoint(point)) return reached ? 'drop' : 'pass';
    reached = true;
    app.kill();
    await app.exited;
    return 'drop';
  });
  await Promise.all([run().catch(() => undefined), app.exited]);
  listen(world, undefined);
  if (!reached) throw new Error('The run did not come to this point.');
}

/** A look for messages that finds none is part of no run. */
function listen(world: World, listener: Listener | undefined): void {
  if (listener === undefined) {
    world.hookStorage(undefined);
    world.azure.setHook(undefined);
    return;
  }
  const counts = new Map<string, number>();
  const tell = (call: string, side: Side) => {
    const key = `${side} ${call}`;
    const nth = (counts.get(key) ?? 0) + 1;
    counts.set(key, nth);
    return listener({ call, nth, side });
  };
  const onStorage = async ({ label }: StorageRequest, side: Side) =>
    (await tell(label, side)) === 'drop' ? ({ kind: 'drop' } as const) : undefined;
  const hook: StorageHook = {
    before: (request) => (isPoll(request) ? undefined : onStorage(request, 'before')),
    after: (request, { body }) =>
      isPoll(request) && !body.includes('<QueueMessage>') ? undefined : onStorage(request, 'after'),
  };
  world.hookStorage(hook);
  world.azure.setHook(async (operation, phase) => {
    if ((await tell(operation, phase)) === 'drop') throw new Error('The app has crashed.');
  });
}

function isPoll({ label }: StorageRequest): boolean {
  return label.startsWith('queue receive');
}

/** Works through the items with so many of them at a time. */
export async function eachAtATime<T>(
  width: number,
  items: readonly T[],
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const lane = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: width }, lane));
}
