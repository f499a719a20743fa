import type { RequestIds } from '../../../src/app/ports/ports.ts';
import type { Account } from '../../../src/core/account/account.ts';
import type { FakeApp } from '../../fakes/app.ts';
import { createFakeApp, DAY, SUBSCRIPTION } from '../../fakes/app.ts';
import { standStill } from '../../fakes/world.ts';
import { untoldChanges } from './event-invariants.ts';
import type { Command, Deed, Scenario } from './scenario.ts';

export const ACCOUNTS: readonly [Account, Account] = [
  { subscriptionId: SUBSCRIPTION, resourceGroupName: 'maps', accountName: 'first' },
  { subscriptionId: SUBSCRIPTION, resourceGroupName: 'maps2', accountName: 'second' },
];

const REQUEST_IDS = ['0f8fad5b-d9cb-469f-a165-70867728950e', '7c9e6679-7425-40de-944b-e07fc1f90ae7'] as const;

/** By then each rotation must be over: backoffs and Retry-Afters have an end. */
const PATIENCE = 5 * DAY;

/** Plays a scenario, then lets everything outside work until nothing is left to do. */
export async function play(scenario: Scenario): Promise<FakeApp> {
  const { commands, topicRefusesUntil, styles, lags, ...options } = scenario;
  const app = createFakeApp({ ...options, topicRefusesUntil });
  const places: Places = [ACCOUNTS[0], ACCOUNTS[1]];
  app.arm.add(places[0], { primary: 100 * DAY, secondary: 100 * DAY }, { style: styles[0], lag: lags[0] });
  app.arm.add(places[1], { primary: 30 * DAY, secondary: 30 * DAY }, { style: styles[1], lag: lags[1] });
  for (const command of commands) {
    await app.world.run(app.world.now() + command.after);
    give(app, command, places);
  }
  await app.world.run(app.world.now() + 120);
  app.plan([]);
  await app.world.run(Math.max(app.world.now(), topicRefusesUntil));
  await quiesce(app);
  if (app.arm.busyUntil() > app.world.now() || untoldChanges(app).length > 0) await lookForLateChanges(app);
  return app;
}

/** Where the accounts are by now. */
type Places = [Account, Account];

function give(app: FakeApp, command: Command, places: Places): void {
  switch (command.kind) {
    case 'regenerate':
      app.regenerate({
        account: command.stale === true ? ACCOUNTS[command.account] : places[command.account],
        keyType: command.keyType,
        requestIds: toRequestIds(command),
      });
      break;
    case 'rotate':
      app.rotate(places[command.account], command.force);
      break;
    case 'timer':
      app.runTimer();
      break;
    case 'reconcile':
      app.runReconcile();
      break;
    case 'repeat-message':
      app.queue.repeat(command.nth);
      break;
    case 'suspend': {
      const instance = app.world.instances[command.nth % app.world.instances.length];
      if (instance !== undefined) standStill(app.world, instance, command.seconds, command.thaw);
      break;
    }
    default:
      beset(app, command, places);
  }
}

function beset(app: FakeApp, deed: Deed, places: Places): void {
  const account = places[deed.account];
  switch (deed.kind) {
    case 'by-hand':
      app.arm.change(account, deed.keyType, undefined, deed.timeless);
      break;
    case 'move': {
      const to = { ...account, resourceGroupName: `${account.resourceGroupName}x` };
      app.arm.move(account, to);
      places[deed.account] = to;
      break;
    }
    case 're-make':
      app.arm.remake(account, deed.sameTimes);
      break;
    case 'tag':
      app.arm.tag(account, deed.tags);
      break;
    default:
      deed satisfies never;
  }
}

/** ARM does what it still has to do; the app goes on as on any other day, and finds it. */
async function lookForLateChanges(app: FakeApp): Promise<void> {
  await app.world.run(Math.max(app.world.now(), app.arm.busyUntil()) + 60);
  for (let day = 0; day < LOOKED_FOR && untoldChanges(app).length > 0; day++) {
    app.runTimer();
    await app.world.run(app.world.now() + 1_200);
    await quiesce(app);
    if (untoldChanges(app).length > 0) await app.world.run(app.world.now() + DAY / 2);
  }
  await quiesce(app);
}

/** How many runs of the timer may go by before a late change is told of. */
const LOOKED_FOR = 3;

function toRequestIds({ request, repeatability }: Command & { kind: 'regenerate' }): RequestIds {
  const id = request === undefined ? undefined : REQUEST_IDS[request];
  if (id === undefined) return {};
  return repeatability ? { repeatability: id } : { client: id };
}

/** The reconcile timer goes on until no rotation is open. */
export async function quiesce(app: FakeApp): Promise<void> {
  const end = app.world.now() + PATIENCE;
  do {
    app.runReconcile();
    await app.world.run(app.world.now() + 1_200);
  } while (app.world.now() < end && (openRows(app).length > 0 || app.queue.open() > 0));
}

function openRows(app: FakeApp) {
  return app.rows().filter(({ rowKey }) => rowKey.startsWith('open-'));
}
