import type { RequestIds } from '../../../src/app/ports.ts';
import type { Account } from '../../../src/core/account.ts';
import type { FakeApp } from '../../fakes/app.ts';
import { createFakeApp, DAY, SUBSCRIPTION } from '../../fakes/app.ts';
import type { Command, Scenario } from './scenario.ts';

export const ACCOUNTS: readonly [Account, Account] = [
  { subscriptionId: SUBSCRIPTION, resourceGroupName: 'maps', accountName: 'first' },
  { subscriptionId: SUBSCRIPTION, resourceGroupName: 'maps2', accountName: 'second' },
];

const REQUEST_IDS = ['0f8fad5b-d9cb-469f-a165-70867728950e', '7c9e6679-7425-40de-944b-e07fc1f90ae7'] as const;

/** By then each rotation must be over: backoffs and Retry-Afters have an end. */
const PATIENCE = 5 * DAY;

/** Plays a scenario, then lets everything outside work until nothing is left to do. */
export async function play(scenario: Scenario): Promise<FakeApp> {
  const { commands, topicRefusesUntil, ...options } = scenario;
  const app = createFakeApp({ ...options, topicRefusesUntil });
  app.arm.add(ACCOUNTS[0], { primary: 100 * DAY, secondary: 100 * DAY });
  app.arm.add(ACCOUNTS[1], { primary: 30 * DAY, secondary: 30 * DAY });
  for (const command of commands) {
    await app.world.run(app.world.now() + command.after);
    give(app, command);
  }
  await app.world.run(app.world.now() + 120);
  app.plan([]);
  await app.world.run(Math.max(app.world.now(), topicRefusesUntil));
  await quiesce(app);
  return app;
}

function give(app: FakeApp, command: Command): void {
  switch (command.kind) {
    case 'regenerate':
      app.regenerate({
        account: ACCOUNTS[command.account],
        keyType: command.keyType,
        requestIds: toRequestIds(command),
      });
      break;
    case 'rotate':
      app.rotate(ACCOUNTS[command.account], command.force);
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
    default:
      command satisfies never;
  }
}

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
