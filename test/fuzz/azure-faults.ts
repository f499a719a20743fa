import type { Call, Fault } from '../../tools/local-azure/local-azure.ts';
import type { Dice } from './dice.ts';

/** How a service fails, in the words of the figures. */
type Recipe = (dice: Dice) => Omit<Fault, 'operation'>;

const SERVER_ERRORS = [500, 502, 503, 504];

const REFUSED: Record<string, Recipe> = {
  'answers 429': (dice) => ({ status: 429, ...retryAfter(dice) }),
  'answers 409, 412 or 423': (dice) => ({ status: dice.pick([409, 412, 423]), ...retryAfter(dice) }),
  'answers 403': () => ({ status: 403 }),
};

const NOT_DONE: Record<string, Recipe> = {
  'answers 5xx, not carried out': (dice) => ({ status: dice.pick(SERVER_ERRORS), ...retryAfter(dice) }),
  'connection dropped before': () => ({ drop: 'before' }),
  'hangs, not carried out': () => ({ delayMs: 6000, drop: 'before' }),
};

const DONE: Record<string, Recipe> = {
  'answers 5xx, carried out': (dice) => ({ status: dice.pick(SERVER_ERRORS), carryOut: true }),
  'connection dropped after': () => ({ drop: 'after' }),
  'connection dropped midway': () => ({ drop: 'midway' }),
  'hangs, carried out': () => ({ delayMs: 6000, carryOut: true }),
};

const SLOW: Record<string, Recipe> = {
  slow: (dice) => ({ delayMs: Math.round(dice.between(100, 1500)) }),
};

/** After the client gave up, and before the app may look what became of it. */
const LATE: Record<string, Recipe> = {
  'carried out after the client left': (dice) => ({ delayMs: Math.round(dice.between(2100, 2600)) }),
};

/** Later than Azure is assumed to take. */
export const TOO_LATE = 'carried out later than assumed';
const BEYOND: Record<string, Recipe> = {
  [TOO_LATE]: (dice) => ({ delayMs: Math.round(dice.between(4000, 7000)) }),
};

const KEY_REFUSED: Record<string, Recipe> = { 'answers 401': () => ({ status: 401 }) };

const POST = { ...REFUSED, ...NOT_DONE, ...DONE, ...SLOW, ...LATE };
const READ = { ...REFUSED, ...NOT_DONE, ...SLOW };
const WRITE = { ...REFUSED, ...NOT_DONE, ...DONE, ...SLOW };

/** What can happen to the calls of each kind, and to how many of them. */
const PLAN: Partial<Record<Call['operation'], readonly [number, Record<string, Recipe>]>> = {
  regenerateKey: [0.2, POST],
  listKeys: [0.06, READ],
  getAccount: [0.04, READ],
  listAccounts: [0.1, READ],
  publish: [0.12, WRITE],
  token: [0.2, NOT_DONE],
  setSecret: [0.05, WRITE],
  getSecret: [0.05, READ],
  listSecretVersions: [0.04, READ],
  updateSecret: [0.05, WRITE],
  mapsRequest: [0.1, { ...READ, ...KEY_REFUSED }],
};

/** Of the faults of POSTs. */
const TOO_LATE_SHARE = 0.02;

export interface NamedFault {
  readonly name: string;
  readonly fault: Fault;
}

/** After a call of this kind, perhaps a fault for the next one, and now and then for a whole row of them. */
export function drawFault(dice: Dice, operation: Call['operation']): NamedFault | undefined {
  const [share, recipes] = PLAN[operation] ?? [0, {}];
  if (operation === 'other' || !dice.chance(share)) return undefined;
  const isBeyond = operation === 'regenerateKey' && dice.chance(TOO_LATE_SHARE);
  const [name, recipe] = dice.pick(Object.entries(isBeyond ? BEYOND : recipes));
  const times = isBeyond ? 1 : dice.weigh(TIMES);
  return { name: `${operation} ${name}`, fault: { operation, times, ...recipe(dice) } };
}

const TIMES = [
  [1, 0.7],
  [2, 0.2],
  [6, 0.1],
] as const;

function retryAfter(dice: Dice): Pick<Fault, 'headers'> {
  return dice.chance(0.5) ? { headers: { 'Retry-After': String(Math.ceil(dice.between(0, 2))) } } : {};
}
