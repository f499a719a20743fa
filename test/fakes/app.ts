import { digestKey } from '../../src/adapters/key-digest.ts';
import { createRotationTable } from '../../src/adapters/table/rotation-table.ts';
import { handlePoison, handleWork } from '../../src/app/background/handle-work.ts';
import { reconcile } from '../../src/app/background/reconcile.ts';
import { rotateDueAccounts } from '../../src/app/background/rotate-due-accounts.ts';
import type { Clock, Log, RequestIds } from '../../src/app/ports/ports.ts';
import type { Services } from '../../src/app/ports/services.ts';
import { NO_TELEMETRY } from '../../src/app/ports/telemetry.ts';
import type { RegenerateKeyCommand, RegenerateKeyResult } from '../../src/app/request/regenerate-key.ts';
import { regenerateKey } from '../../src/app/request/regenerate-key.ts';
import type { RotateAccountResult } from '../../src/app/request/rotate-account.ts';
import { rotateAccount } from '../../src/app/request/rotate-account.ts';
import type { Account } from '../../src/core/account/account.ts';
import { parseAccountId } from '../../src/core/account/account.ts';
import type { Timings } from '../../src/core/rotation/timings.ts';
import { TIMINGS } from '../../src/core/rotation/timings.ts';
import type { Vault } from './consumers.ts';
import { createDataPlane, createVault } from './consumers.ts';
import type { Topic } from './event-grid.ts';
import { createTopic } from './event-grid.ts';
import type { PlannedFault } from './faults.ts';
import { createFaults } from './faults.ts';
import type { Arm } from './maps.ts';
import { createArm } from './maps.ts';
import type { Queue } from './queue.ts';
import { createQueue } from './queue.ts';
import type { SeenRotation } from './rows.ts';
import { createRotationWatch, lockBreaches } from './rows.ts';
import type { Secrecy } from './secrecy.ts';
import { createSecrecy } from './secrecy.ts';
import type { Row, Table } from './table-client.ts';
import { createTable } from './table-client.ts';
import type { Actor, Instance, World } from './world.ts';
import { createActor, createWorld, monotonicClock, resume, sleep, wallClock } from './world.ts';

export const SUBSCRIPTION = '21a9967a-e8a9-4656-a70b-96ff1c4d05a0';

export const DAY = 86_400;

export interface AppOptions {
  readonly seed?: number;
  /** One an instance: by how many seconds its wall clock is wrong. */
  readonly skews?: readonly number[];
  readonly faults?: readonly PlannedFault[];
  /** Until when Event Grid refuses every event. */
  readonly topicRefusesUntil?: number;
  /** Whether new keys are stored before they are announced. */
  readonly stores?: boolean;
  /** Where new keys are tried before they are announced: after how many seconds Azure Maps knows one. */
  readonly knowsKeysAfter?: number | undefined;
  readonly timings?: Timings;
  readonly rotateUntagged?: boolean;
  /** More than a world has by default, where much is to happen. */
  readonly mostEvents?: number;
}

/** How an HTTP request ended; absent where its process died first. */
export type HttpResult = RegenerateKeyResult | RotateAccountResult | { readonly kind: 'threw' };

export interface HttpRequest {
  readonly actor: Actor;
  readonly id: string | undefined;
  /** Whether that id holds for a day. */
  readonly repeatability?: boolean;
  readonly result?: HttpResult;
  readonly endedAt?: number;
}

/** The whole app but its adapters for ARM, Event Grid and the queue, on some instances, in virtual time. */
export interface FakeApp {
  readonly world: World;
  readonly arm: Arm;
  readonly topic: Topic;
  readonly vault: Vault;
  readonly queue: Queue;
  readonly requests: readonly HttpRequest[];
  /** Breaches seen at the very moment of a write. */
  readonly breaches: readonly string[];
  /** What was logged as an error or a warning. */
  readonly log: readonly string[];
  /** What was logged at all. */
  readonly lines: readonly string[];
  readonly secrecy: Secrecy;
  /** Every rotation that a row ever had, by its id. */
  readonly rotations: ReadonlyMap<string, SeenRotation>;
  rows(): Row[];
  /** Other faults from now on; their numbers count from now. */
  plan(faults: readonly PlannedFault[]): void;
  regenerate(command: RegenerateKeyCommand, instance?: Instance): void;
  rotate(account: Account, force: boolean, instance?: Instance, requestIds?: RequestIds): void;
  runTimer(instance?: Instance): void;
  runReconcile(instance?: Instance): void;
  services(actor: Actor): Services;
}

export function createFakeApp(options: AppOptions = {}): FakeApp {
  const { seed = 1, skews = [0], faults: planned = [], topicRefusesUntil = 0, timings = TIMINGS } = options;
  const { stores = false, knowsKeysAfter, rotateUntagged = true } = options;
  const world = createWorld(seed, skews, options.mostEvents);
  const faults = createFaults(planned);
  const arm = createArm(world, timings);
  const topic = createTopic(world, topicRefusesUntil);
  const vault = createVault(world);
  const dataPlane = knowsKeysAfter === undefined ? undefined : createDataPlane(world, arm, knowsKeysAfter);
  const breaches: string[] = [];
  const log: string[] = [];
  const lines: string[] = [];
  const secrecy = createSecrecy();
  const requests: HttpRequest[] = [];
  const watch = createRotationWatch(world, (id) => {
    const account = parseAccountId(id);
    return account === undefined ? undefined : arm.lifeAt(account)?.uniqueId;
  });
  const table: Table = createTable(world, (actions, actor) => {
    for (const [kind, row] of actions) if (kind !== 'delete') secrecy.noteRow(row);
    breaches.push(...watch.note(actions, actor), ...lockBreaches(table.rows()));
  });
  const queue = createQueue(world, (actor, body, poison) =>
    poison ? handlePoison(services(actor), body) : handleWork(services(actor), body),
  );
  const newId = createIds(world);

  function services(actor: Actor): Services {
    const clock: Clock = {
      now: () => wallClock(world, actor.instance),
      monotonic: () => monotonicClock(world, actor),
      sleep: (seconds) => sleep(world, actor, seconds),
    };
    return {
      maps: arm.port(actor, faults),
      heartbeats: { beat: async () => undefined, read: async () => [], ageOfApp: async () => 0 },
      events: topic.port(actor, faults),
      ...(stores && { vault: vault.port(actor, faults) }),
      ...(dataPlane && { dataPlane: dataPlane.port(actor, faults) }),
      queue: queue.port(actor, faults),
      store: createRotationTable(table.client(actor, faults), newId, clock),
      clock,
      log: createLog(log, lines),
      telemetry: NO_TELEMETRY,
      newId,
      digestKey,
      timings,
      scopes: [{ kind: 'subscription', subscriptionId: SUBSCRIPTION }],
      policy: { rotateUntagged, maxAge: 90 * DAY, overlap: 7 * DAY, inUse: 'unknown' },
      schedule: (now) => ({ secondNextRun: now + 2 * DAY * 1000, period: DAY }),
    };
  }

  const anyInstance = (): Instance => {
    const [first, ...others] = world.instances;
    if (first === undefined) throw new Error('No instance is there.');
    return world.random.pick([first, ...others]);
  };

  function http(
    instance: Instance,
    id: string | undefined,
    repeatability: boolean,
    run: (services: Services, patience: () => number) => Promise<HttpResult>,
  ) {
    const actor = createActor(instance, 'http');
    const request: { -readonly [K in keyof HttpRequest]: HttpRequest[K] } = { actor, id, repeatability };
    requests.push(request);
    resume(world, actor, 0, () => {
      const ports = services(actor);
      const deadline = ports.clock.monotonic() + timings.httpBudget;
      void run(ports, () => deadline - ports.clock.monotonic())
        .catch((): HttpResult => ({ kind: 'threw' }))
        .then((result) => {
          request.result = result;
          request.endedAt = world.now();
        });
    });
  }

  function background(instance: Instance, run: (services: Services) => Promise<unknown>) {
    const actor = createActor(instance, 'background');
    resume(world, actor, 0, () => void run(services(actor)).catch(() => undefined));
  }

  return {
    world,
    arm,
    topic,
    vault,
    queue,
    requests,
    breaches,
    log,
    lines,
    secrecy,
    rotations: watch.rotations,
    rows: () => table.rows(),
    plan: (others) => faults.replace(others),
    regenerate: (command, instance = anyInstance()) => {
      const { repeatability, client } = command.requestIds;
      http(instance, repeatability ?? client, repeatability !== undefined, (ports, patience) =>
        regenerateKey(ports, command, patience),
      );
    },
    rotate: (account, force, instance = anyInstance(), requestIds = {}) => {
      const { repeatability, client } = requestIds;
      http(instance, repeatability ?? client, repeatability !== undefined, (ports, patience) =>
        rotateAccount(ports, { account, force, requestIds }, patience),
      );
    },
    runTimer: (instance = anyInstance()) => background(instance, rotateDueAccounts),
    runReconcile: (instance = anyInstance()) => background(instance, reconcile),
    services,
  };
}

/** UUIDv7s: they sort by the time at which they were made. */
function createIds(world: World): () => string {
  let count = 0;
  return () => {
    count += 1;
    const time = world.serviceTime().toString(16).padStart(12, '0');
    const tail = `${(count * 40_503) % 65_536}`.padStart(5, '0').slice(-4);
    return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${count.toString(16).padStart(8, '0')}${tail}`;
  };
}

function createLog(troubles: string[], lines: string[]): Log {
  const note =
    (level: keyof Log): Log['info'] =>
    (message, fields) => {
      const line = `${level} ${message} ${JSON.stringify(fields)}`;
      lines.push(line);
      if (level !== 'info') troubles.push(line);
    };
  return { info: note('info'), warn: note('warn'), error: note('error') };
}
