import type { AccountView, RequestIds } from '../ports/ports.ts';
import type { Services } from '../ports/services.ts';
import { settleAll } from '../settle-all.ts';

/** Before the rotation exists: should the process die at any later moment, the message finds it. */
export async function prepareRotation(
  services: Services,
  view: AccountView,
  rotationId: string,
  ids: RequestIds,
): Promise<void> {
  const { lease, margin } = services.timings;
  await settleAll([
    services.queue.send({ kind: 'rotation', rotationId, attempt: 0 }, lease + margin + 2),
    services.store.indexRotation(rotationId, view, ids),
  ]);
}
