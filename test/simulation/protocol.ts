import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { print, printTable } from '../bench/figures.ts';
import { featuresOf } from '../core/support/features.ts';
import { breachesOf } from '../core/support/invariants.ts';
import { scenarios } from '../core/support/scenario.ts';
import { play } from '../core/support/simulation.ts';
import { breachesOfTelling } from '../core/support/telling-invariants.ts';

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '4000' }, seed: { type: 'string', default: '7' } },
});

interface Found {
  count: number;
  readonly example: string;
}

const features = new Map<string, number>();
const breaches = new Map<string, Found>();
const begun = Date.now();

let broken = 0;
for (const scenario of fc.sample(scenarios, { numRuns: Number(values.runs), seed: Number(values.seed) })) {
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
  `${values.runs} scenarios in ${((Date.now() - begun) / 1000).toFixed(1)} s; in ${broken} of them something is broken`,
);
printTable(
  ['what happened', 'scenarios'],
  [...features].sort(([a], [b]) => (a < b ? -1 : 1)).map(([feature, count]) => [feature, String(count)]),
);
for (const [kind, { count, example }] of breaches) print(`${count} x ${kind}\n      ${example}`);
