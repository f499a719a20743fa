import type { Operation } from '../types.ts';
import { isObject } from './http.ts';

/**
 * What goes wrong with the next matching request (with `times`, the next ones; faults are used up in the
 * order in which they were added). The order of things within it: the change first where `carryOut` is set;
 * then `delayMs`; then the change, unless `status` or `drop: 'before'` stands in its way; then the answer,
 * `status` in place of the true one, or what `drop` says. A change is made also if the client has gone by then.
 */
export type Fault = {
  operation: Operation;
  /** The account's name or ARM id, whatever the case; where unset, any account. */
  account?: string;
  /** The secret's name, whatever the case; where unset, any secret. */
  secret?: string;
  /** 1 by default; Infinity is for ever. */
  times?: number;
  status?: number;
  /** Of the error; with Key Vault, of the inner error. */
  code?: string;
  headers?: Record<string, string>;
  body?: unknown;
  /** Infinity: never answered, until `close`. */
  delayMs?: number;
  /** The socket is cut before the change, after it, or after half of the answer. */
  drop?: 'before' | 'after' | 'midway';
  /** The change is made although the answer is `status` or comes late. */
  carryOut?: boolean;
};

export type Faults = {
  /** Returns a function that takes the fault back. */
  add(fault: Fault): () => void;
  clear(): void;
};

type Target = {
  operation: string;
  account: string | null;
  accountId: string | null;
  secret?: string | undefined;
};

export type FaultList = Faults & { take(target: Target): Fault | undefined; list(): Fault[] };

const operations: readonly Operation[] = [
  'getAccount',
  'listAccounts',
  'listKeys',
  'regenerateKey',
  'publish',
  'token',
  'setSecret',
  'getSecret',
  'listSecretVersions',
  'updateSecret',
  'deleteSecret',
  'getDeletedSecret',
  'mapsRequest',
];

export function createFaults(): FaultList {
  let entries: { fault: Fault; left: number }[] = [];

  return {
    add(fault) {
      const wrong = checkFault(fault);
      if (wrong) throw new Error(`local Azure: ${wrong}`);
      const entry = { fault, left: fault.times ?? 1 };
      entries.push(entry);
      return () => {
        entries = entries.filter((other) => other !== entry);
      };
    },
    clear() {
      entries = [];
    },
    take(target) {
      const entry = entries.find(({ fault, left }) => left > 0 && matches(fault, target));
      if (!entry) return undefined;
      entry.left -= 1;
      if (entry.left <= 0) entries = entries.filter((other) => other !== entry);
      return entry.fault;
    },
    list: () => entries.map(({ fault, left }) => ({ ...fault, times: left })),
  };
}

/** JSON has no Infinity, so it may be written as a string. */
export function toFault(json: unknown): Fault | string {
  if (!isObject(json)) return 'a fault is a JSON object';
  const fault = { ...json };
  for (const name of ['times', 'delayMs']) if (fault[name] === 'Infinity') fault[name] = Infinity;
  return checkFault(fault) ?? (fault as Fault);
}

function checkFault(fault: Record<string, unknown>): string | undefined {
  const { operation, account, secret, times, status, code, headers, delayMs, drop, carryOut } = fault;
  if (!operations.some((known) => known === operation)) return `operation: one of ${operations.join(', ')}`;
  if (account !== undefined && typeof account !== 'string') return 'account: a name or an ARM id';
  if (secret !== undefined && typeof secret !== 'string') return 'secret: a name';
  if (times !== undefined && !(typeof times === 'number' && times > 0)) return 'times: a number above 0';
  if (status !== undefined && !(Number.isInteger(status) && Number(status) >= 200 && Number(status) <= 599)) {
    return 'status: 200 to 599';
  }
  if (code !== undefined && typeof code !== 'string') return 'code: a string';
  if (headers !== undefined && !isObject(headers)) return 'headers: an object';
  if (delayMs !== undefined && !(typeof delayMs === 'number' && delayMs >= 0)) return 'delayMs: 0 or more';
  if (drop !== undefined && !['before', 'after', 'midway'].includes(String(drop))) {
    return 'drop: before, after or midway';
  }
  if (carryOut !== undefined && typeof carryOut !== 'boolean') return 'carryOut: true or false';
  if (drop === 'before' && carryOut) return 'drop before and carryOut exclude each other';
  if (drop !== undefined && drop !== 'midway' && status !== undefined)
    return 'status is never sent with drop';
  if (status === undefined && drop === undefined && delayMs === undefined) return 'status, drop or delayMs';
  return undefined;
}

function matches(fault: Fault, target: Target): boolean {
  if (fault.operation !== target.operation) return false;
  if (fault.secret !== undefined && fault.secret.toLowerCase() !== target.secret?.toLowerCase()) return false;
  if (fault.account === undefined) return true;
  const wanted = fault.account.toLowerCase();
  return wanted === target.account?.toLowerCase() || wanted === target.accountId?.toLowerCase();
}
