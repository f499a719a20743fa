/** For how many more seconds a caller waits; 0 where nobody does. */
export type Patience = () => number;

export const NOBODY_WAITS: Patience = () => 0;

/** What is left of it for anything that goes before what takes `seconds`. */
export function less(patience: Patience, seconds: number): Patience {
  return patience === NOBODY_WAITS ? patience : () => patience() - seconds;
}
