import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { TIMINGS } from '../support/fast-timings.ts';
import { setup } from '../support/global-setup.ts';
import { startCallers, startTimers } from './callers.ts';
import { startChaos } from './chaos.ts';
import { now } from './journal.ts';
import { judge } from './oracle.ts';
import { printFigures, printFindings, type Round } from './report.ts';
import { comeToRest } from './rest.ts';
import { OVERLAP_MS, startWorld } from './world.ts';

const usage = `npm run fuzz -- [options]
  --minutes <n>    for how long everything fails (default: 1)
  --round <n>      minutes after which all begins anew on an empty storage account (default: 2)
  --seed <n>       of all decisions; their moments differ from run to run (default: 1)
  --accounts <n>   Maps accounts (default: 60)
  --callers <n>    callers at one time (default: 16)
  --revoke-tokens  Azure refuses tokens before they expire, too`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    round: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    accounts: { type: 'string', default: '60' },
    callers: { type: 'string', default: '16' },
    'revoke-tokens': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

/** For a run of a timer over all accounts. */
const RUN_WITHIN_MS = 120_000;

if (values.help) process.stdout.write(`${usage}\n`);
else await main();

/**
 * Azurite looks at every row of a table for each query, so that a long run would end in a storage account that answers
 * nothing in time, whatever the app does: each round has one of its own.
 */
async function main(): Promise<void> {
  await setup();
  const minutes = Number(values.minutes);
  const count = Math.ceil(minutes / Number(values.round));
  const rounds: Round[] = [];
  for (let i = 0; i < count; i++) {
    const round = await play(Number(values.seed) + i, minutes / count);
    printFindings(round);
    rounds.push(round);
  }
  printFigures(Number(values.seed), rounds);
  if (rounds.some(({ findings }) => findings.length > 0)) process.exitCode = 1;
}

async function play(seed: number, minutes: number): Promise<Round> {
  const world = await startWorld(Number(values.accounts));
  try {
    const startedAt = now();
    const chaos = startChaos(world, { seed, revokesTokens: values['revoke-tokens'] });
    const actors = [...startCallers(world, seed, Number(values.callers)), ...startTimers(world, seed)];
    await sleep(minutes * 60_000);
    await Promise.all([...actors, chaos].map((actor) => actor.stop()));
    const failingFor = (now() - startedAt) / 60_000;
    const restSeconds = await comeToRest(world);
    // A request waits for its budget, and for a call or two that began within it.
    const answerWithinMs = (TIMINGS.httpBudget + 3 * TIMINGS.callTimeout) * 1000;
    const history = world.journal.history({
      overlapMs: OVERLAP_MS,
      answerWithinMs,
      runWithinMs: RUN_WITHIN_MS,
    });
    const poison = (await world.poison.getProperties()).approximateMessagesCount ?? 0;
    return { history, findings: judge(history), minutes: failingFor, restSeconds, poison };
  } finally {
    await world.close();
  }
}
