/*
 * What the real services were recorded to answer: the shape of each answer, with values of our own. Adapters are fed
 * with them, and the local Azure is held against them. Where a part of a shape is in no recording, `guess` says so.
 */
export interface Recording {
  /** `<public repository> <path>`, or the address of the thread in which somebody shows the answer. */
  readonly sources: readonly [string, ...string[]];
  /** What of it no recording shows. */
  readonly guess?: string;
  readonly method: string;
  /** With query. */
  readonly path: string;
  readonly status: number;
  /** Lower-case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export const SUBSCRIPTION = '21a9967a-e8a9-4656-a70b-96ff1c4d05a0';
export const GROUP = 'rg-Maps';
export const ACCOUNT = 'Maps1';
export const ACCOUNT_ID = `/subscriptions/${SUBSCRIPTION}/resourceGroups/${GROUP}/providers/Microsoft.Maps/accounts/${ACCOUNT}`;

/** Where a test needs more of the same. */
export function withBody(recording: Recording, body: unknown): Recording {
  return { ...recording, body };
}
