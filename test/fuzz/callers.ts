import { setTimeout as sleep } from 'node:timers/promises';
import type { KeyType } from '../../tools/local-azure/local-azure.ts';
import type { RunningApp } from '../support/running-app.ts';
import { type Actor, repeat } from './chaos.ts';
import { createDice, type Dice } from './dice.ts';
import type { Answer } from './history.ts';
import { now } from './journal.ts';
import type { Host, World } from './world.ts';

/** Long enough that whatever takes longer hangs. */
const PATIENCE_MS = 40_000;

export interface Order {
  readonly accountId: string;
  readonly route: Answer['route'];
  readonly keyType?: KeyType;
  readonly headers: Readonly<Record<string, string>>;
  readonly requestId?: string;
}

/** People and programs that ask for keys, repeat themselves, and press a button twice. */
export function startCallers(world: World, seed: number, count: number): Actor[] {
  return Array.from({ length: count }, (_, i) =>
    repeat(createDice(seed, `caller ${i}`), [20, 1200], (dice) => ask(world, dice)),
  );
}

/** The platform runs a timer once at a time, or a few times by mistake: any number would only measure Azurite. */
const MOST_RUNS = 4;

/** Both timers by hand, beside their own schedules: twice, late and at the same time, as the platform may. */
export function startTimers(world: World, seed: number): Actor[] {
  const underWay = new Map<string, number>();
  const count = (name: string, by: number) => underWay.set(name, (underWay.get(name) ?? 0) + by);
  const run = (name: string) => async (dice: Dice) => {
    const host = dice.pick(world.hosts);
    const app = host.app();
    if (app === undefined || (underWay.get(name) ?? 0) >= MOST_RUNS) return;
    count(name, 1);
    // Not waited for: the next one comes whether or not this one has ended.
    void runTimer(world, host, app, name).finally(() => count(name, -1));
  };
  return [
    repeat(createDice(seed, 'timer'), [500, 5000], run('rotateDueAccounts')),
    repeat(createDice(seed, 'reconcile'), [500, 4000], run('reconcileRotations')),
    repeat(createDice(seed, 'reconcile again'), [500, 4000], run('reconcileRotations')),
  ];
}

export async function runTimer(world: World, host: Host, app: RunningApp, name: string): Promise<void> {
  const at = now();
  const { status } = await app.invoke(name).catch(() => ({ status: 0 }));
  world.journal.runs.push({ name, host: host.name, at, endedAt: now(), status });
}

async function ask(world: World, dice: Dice): Promise<void> {
  const order = drawOrder(world, dice);
  const tries = order.requestId === undefined ? 1 : Math.ceil(dice.between(0, 4));
  const isDoubled = order.requestId !== undefined && dice.chance(0.15);
  const pauses = Array.from({ length: tries }, () => dice.between(0, 1500));
  const hosts = pauses.map(() => dice.pick(world.hosts));
  for (const [i, host] of hosts.entries()) {
    const sent = [send(world, host, order)];
    if (isDoubled)
      sent.push(...world.hosts.filter((other) => other !== host).map((h) => send(world, h, order)));
    const answers = await Promise.all(sent);
    if (answers.some((answer) => answer !== undefined && isFinal(answer))) return;
    await sleep(pauses[i]);
  }
}

function isFinal({ status }: Answer): boolean {
  return status !== 0 && status !== 409 && status !== 429 && status < 500;
}

function drawOrder({ due, ordered }: World, dice: Dice): Order {
  const isGuarded = dice.chance(0.25);
  const accountId = dice.pick(isGuarded || dice.chance(0.2) ? due : ordered);
  const keyType = dice.pick(['primary', 'secondary'] as const);
  const guarded = dice.pick(['rotate', 'rotate?force'] as const);
  const how = dice.pick(['repeatable', 'repeatable', 'client', 'plain'] as const);
  const id = dice.uuid();
  const minimal = dice.chance(0.1) ? { prefer: 'return=minimal' } : {};
  const about = isGuarded ? { accountId, route: guarded } : { accountId, route: 'regenerateKey', keyType };
  const order = { ...about, headers: { 'content-type': 'application/json', ...minimal } } as Order;
  switch (how) {
    case 'repeatable': {
      const headers = { ...order.headers, ...repeatable(id) };
      return { ...order, headers, requestId: id };
    }
    case 'client':
      // The guarded way does not join by it, so that nothing is asked of repeats there.
      if (isGuarded) return order;
      return { ...order, headers: { ...order.headers, 'x-ms-client-request-id': id }, requestId: id };
    case 'plain':
      return order;
    default:
      return how satisfies never;
  }
}

function repeatable(id: string): Record<string, string> {
  return { 'Repeatability-Request-ID': id, 'Repeatability-First-Sent': new Date().toUTCString() };
}

/** Undefined where the host is down: nothing was sent. */
export async function send(world: World, host: Host, order: Order): Promise<Answer | undefined> {
  const app = host.app();
  if (app === undefined) return undefined;
  const { accountId, route, keyType, headers, requestId } = order;
  const path = `/api${accountId}/${route === 'rotate?force' ? 'rotate?force=true' : route}`;
  const at = now();
  const asked = { at, host: host.name, accountId: accountId.toLowerCase(), route };
  const known = { ...asked, ...(keyType && { keyType }), ...(requestId !== undefined && { requestId }) };
  const body = keyType === undefined ? {} : { body: JSON.stringify({ keyType }) };
  const read = await app
    .fetch(path, { method: 'POST', headers, ...body, signal: AbortSignal.timeout(PATIENCE_MS) })
    .then((response) => readAnswer(world, response))
    .catch(() => ({ status: 0 }));
  const answer: Answer = { ...known, endedAt: now(), ...read };
  world.journal.answers.push(answer);
  return answer;
}

type Read = Pick<Answer, 'status' | 'code' | 'message' | 'rotationId' | 'keys'>;

async function readAnswer({ journal }: World, response: Response): Promise<Read> {
  const { status, headers } = response;
  const text = await response.text();
  const { error, primaryKey, secondaryKey } = JSON.parse(text) as {
    error?: { code: string; message: string };
    primaryKey?: string;
    secondaryKey?: string;
  };
  const rotationId = headers.get('x-ms-rotation-id') ?? undefined;
  const known = { status, ...(rotationId !== undefined && { rotationId }) };
  journal.suspects.add('the headers of an answer', JSON.stringify([...headers]));
  if (primaryKey !== undefined && secondaryKey !== undefined) {
    return { ...known, keys: { primary: primaryKey, secondary: secondaryKey } };
  }
  journal.suspects.add('an answer without keys', text);
  return { ...known, ...(error && { code: error.code, message: error.message }) };
}
