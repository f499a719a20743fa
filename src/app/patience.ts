/** For how many more seconds a caller waits; 0 where nobody does. */
export type Patience = () => number;

export const NOBODY_WAITS: Patience = () => 0;
