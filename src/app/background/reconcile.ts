import { pMapIterable } from 'p-map';
import { isOver } from '../../core/rotation/rotation.ts';
import { isHeld } from '../drive/hold.ts';
import type { OpenRotation } from '../ports/ports.ts';
import type { Services } from '../ports/services.ts';
import { describeError } from '../thrown-error.ts';

/** An index row whose rotation never came to exist: its start failed or its process died. */
const ORPHAN_AGE = 3600;

export interface Reconciled {
  readonly open: number;
  readonly woken: number;
  readonly closed: number;
  readonly expired: number;
  /** Could not be looked at: a row that can't be read must not keep the others waiting. */
  readonly failed: number;
}

/** Rotations that are looked at at one time. */
const CONCURRENCY = 16;

/** Makes up, from the rows alone, for what a lost message left undone. */
export async function reconcile(services: Services): Promise<Reconciled> {
  const counts = { open: 0, woken: 0, closed: 0, failed: 0 };
  const handle = async (open: OpenRotation): Promise<void> => {
    try {
      counts[await reconcileOne(services, open)] += 1;
    } catch (error) {
      counts.failed += 1;
      const { rotationId } = open;
      services.log.error('A rotation could not be looked at', { rotationId, ...describeError(error) });
    }
  };
  const rotations = services.store.openRotations();
  for await (const _ of pMapIterable(rotations, handle, { concurrency: CONCURRENCY, preserveOrder: false })) {
    // What each of them comes to is counted as it is handled.
  }
  const expired = await services.store.dropExpiredRequests();
  const result = { ...counts, expired };
  await services.heartbeats.beat('reconcileRotations', { ...result });
  // An alert waits for this line: it is written by runs that came to their end.
  services.log.info('Rotations were reconciled', { ...result });
  return result;
}

async function reconcileOne(services: Services, open: OpenRotation): Promise<'open' | 'woken' | 'closed'> {
  const { store, queue, timings, log } = services;
  const found = await store.findRotation(open.rotationId);
  if (found === undefined) {
    if (open.ageSeconds < ORPHAN_AGE) return 'open';
    return (await store.dropOrphan(open.rotationId)) ? 'closed' : 'open';
  }
  if (isOver(found.rotation)) {
    await store.closeRotation(open.rotationId);
    return 'closed';
  }
  if (isHeld(found, timings.margin) || found.idleSeconds < found.hold.seconds + timings.wakeSlack)
    return 'open';
  const { rotationId, attempt, accountId, state } = found.rotation;
  await queue.send({ kind: 'rotation', rotationId, attempt }, 0);
  log.warn('A rotation was woken whose message is late', { rotationId, accountId, state, attempt });
  return 'woken';
}
