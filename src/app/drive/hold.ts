import type { StoredRotation } from '../ports/ports.ts';

/** For how many more seconds a driver may be at work on a rotation, by the Table service's clock; 0 where none is. */
export function secondsHeld({ hold, idleSeconds }: StoredRotation, margin: number): number {
  return hold.owner === undefined ? 0 : Math.max(hold.seconds + margin - idleSeconds, 0);
}

export function isHeld(found: StoredRotation, margin: number): boolean {
  return secondsHeld(found, margin) > 0;
}
