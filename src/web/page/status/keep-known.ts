import { isRefusal } from './api.ts';
import type { Status } from './status-store.ts';

/**
 * What to show when the status is read anew: what was read before stays until there is as much of the new one, and for
 * good where the app stopped answering, so that nobody loses it to a click on Refresh.
 */
export function keepKnown(last: Status, next: Status): Status {
  const rotations = next.rotations.length === 0 ? last.rotations : next.rotations;
  return { ...next, rotations, fleet: keepFleet(last.fleet, next.fleet) };
}

function keepFleet(last: Status['fleet'], next: Status['fleet']): Status['fleet'] {
  const { phase, failure, rows } = next;
  const isBehind = rows.length < last.rows.length;
  if (phase === 'loading' && (isBehind || last.phase === 'complete')) return { ...last, phase };
  // Who may not see it any more does not.
  if (phase === 'stopped' && isBehind && !isRefusal(failure))
    return { ...last, phase, ...(failure && { failure }) };
  return next;
}
