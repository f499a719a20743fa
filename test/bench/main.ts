import { benchAppLoad } from './app-load.ts';
import { benchFaults } from './faults.ts';
import { print } from './figures.ts';
import { benchFleet, benchPlan } from './fleet.ts';
import { benchLatency } from './latency.ts';
import { benchPage } from './page.ts';

const BENCHES: Readonly<Record<string, () => void | Promise<void>>> = {
  load: benchAppLoad,
  latency: benchLatency,
  faults: benchFaults,
  plan: benchPlan,
  page: benchPage,
  fleet: benchFleet,
};

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !(name in BENCHES));
if (unknown !== undefined) {
  print(`There is no bench '${unknown}'; there are: ${Object.keys(BENCHES).join(', ')}.`);
  process.exitCode = 2;
} else {
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (asked.length === 0 ? name !== 'fleet' : asked.includes(name)) await bench();
  }
}
