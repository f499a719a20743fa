import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { TIMINGS } from '../support/fast-timings.ts';
import { setup } from '../support/global-setup.ts';
import { startCallers, startTimers } from './callers.ts';
import { startChaos } from './chaos.ts';
import { now } from './journal.ts';
import { judge } from './oracle.ts';
import { printFigures, printFindings } from './report.ts';
import { comeToRest } from './rest.ts';
import { OVERLAP_MS, startWorld } from './world.ts';

const usage = `npm run fuzz -- [options]
  --minutes <n>    for how long everything fails (default: 1)
  --seed <n>       of all decisions; their moments differ from run to run (default: 1)
  --accounts <n>   Maps accounts (default: 60)
  --callers <n>    callers at one time (default: 16)
  --revoke-tokens  Azure refuses tokens before they expire, too`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
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

async function main(): Promise<void> {
  const [minutes, seed, accounts, callers] = [
    values.minutes,
    values.seed,
    values.accounts,
    values.callers,
  ].map(Number) as [number, number, number, number];
  await setup();
  const world = await startWorld(accounts);
  try {
    const startedAt = now();
    const chaos = startChaos(world, { seed, revokesTokens: values['revoke-tokens'] });
    const actors = [...startCallers(world, seed, callers), ...startTimers(world, seed)];
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
    const findings = judge(history);
    const poison = (await world.poison.getProperties()).approximateMessagesCount ?? 0;
    printFigures(history, findings, { seed, minutes: failingFor, restSeconds, poison });
    printFindings(history, findings);
    if (findings.length > 0) process.exitCode = 1;
  } finally {
    await world.close();
  }
}
