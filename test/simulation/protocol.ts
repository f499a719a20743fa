import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { featuresOf } from '../app/support/features.ts';
import { breachesOf } from '../app/support/invariants.ts';
import type { Scenario } from '../app/support/scenario.ts';
import { scenarios } from '../app/support/scenario.ts';
import { play } from '../app/support/simulation.ts';
import { breachesOfTelling } from '../app/support/telling-invariants.ts';
import { print, printTable } from '../bench/figures.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '4000' },
    seed: { type: 'string', default: '7' },
    /** One scenario as JSON instead, such as the shortest one of a breach. */
    scenario: { type: 'string' },
    /** What is left out, to see one trouble at a time: `styles`, `lags`, `suspensions`, `deeds`, `late`. */
    without: { type: 'string', multiple: true, default: [] },
  },
});

interface Found {
  count: number;
  readonly example: string;
}

const features = new Map<string, number>();
const breaches = new Map<string, Found>();
const begun = Date.now();

let broken = 0;
const sample = (): Scenario[] =>
  fc.sample(scenarios, { numRuns: Number(values.runs), seed: Number(values.seed) }).map(leaveOut);
const played = values.scenario === undefined ? sample() : [JSON.parse(values.scenario) as Scenario];
for (const scenario of played) {
  let found: string[];
  try {
    const app = await play(scenario);
    for (const feature of featuresOf(app, scenario)) features.set(feature, (features.get(feature) ?? 0) + 1);
    found = [...breachesOf(app), ...breachesOfTelling(app, scenario)];
  } catch (error) {
    found = [`thrown: ${error}`];
  }
  if (found.length > 0) broken += 1;
  // Ids and figures differ from one scenario to the next.
  for (const text of found) {
    const kind = text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|\d+(\.\d+)?/g, '…').slice(0, 160);
    const known = breaches.get(kind) ?? { count: 0, example: JSON.stringify(scenario) };
    known.count += 1;
    if (JSON.stringify(scenario).length < known.example.length) {
      breaches.set(kind, { count: known.count, example: JSON.stringify(scenario) });
    } else breaches.set(kind, known);
  }
}

print(
  `${played.length} scenarios in ${((Date.now() - begun) / 1000).toFixed(1)} s; in ${broken} of them something is broken`,
);
printTable(
  ['what happened', 'scenarios'],
  [...features].sort(([a], [b]) => (a < b ? -1 : 1)).map(([feature, count]) => [feature, String(count)]),
);
for (const [kind, { count, example }] of breaches) print(`${count} x ${kind}\n      ${example}`);

function leaveOut(scenario: Scenario): Scenario {
  const isOut = (what: string) => values.without.includes(what);
  const { commands, faults, styles, lags } = scenario;
  return {
    ...scenario,
    styles: isOut('styles') ? ['exact', 'exact'] : styles,
    lags: isOut('lags') ? [0, 0] : lags,
    commands: commands.filter((command) => {
      if (command.kind === 'suspend') return !isOut('suspensions');
      const isDeed = ['by-hand', 'move', 're-make', 'tag'].includes(command.kind) || 'stale' in command;
      return !(isDeed && isOut('deeds'));
    }),
    faults: faults.filter(({ fault }) => {
      const isSuspension = fault.kind === 'suspend' || ('stands' in fault && fault.stands === true);
      return !(isSuspension && isOut('suspensions')) && !('lateBy' in fault && isOut('late'));
    }),
  };
}
