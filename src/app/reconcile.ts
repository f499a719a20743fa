import { isOver } from '../core/rotation.ts';
import { isHeld } from './hold.ts';
import type { OpenRotation } from './ports.ts';
import type { Services } from './services.ts';

/** An index row whose rotation never came to exist: its start failed or its process died. */
const ORPHAN_AGE = 3600;

export interface Reconciled {
  readonly open: number;
  readonly woken: number;
  readonly closed: number;
  readonly expired: number;
}

/** Makes up, from the rows alone, for what a lost message left undone. */
export async function reconcile(services: Services): Promise<Reconciled> {
  const counts = { open: 0, woken: 0, closed: 0 };
  for await (const open of services.store.openRotations()) {
    const outcome = await reconcileOne(services, open);
    counts[outcome] += 1;
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
    await store.dropIndex(open.rotationId);
    return 'closed';
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
