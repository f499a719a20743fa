import { median, print, printTable } from './figures.ts';
import { type AppName, withApps } from './side-by-side.ts';

const NAMES: readonly AppName[] = ['naive', 'ours', 'verifying'];

const ROUNDS = 60;
const WARM_UP = 10;
const LATENCY_MS = 20;

/** One request after the other, in turn, with a fixed latency at each call of ARM, Event Grid and Azure Maps. */
export async function benchLatency(): Promise<void> {
  await withApps(NAMES, async ({ azure, regenerate }) => {
    azure.setLatency(LATENCY_MS);
    const times: Record<AppName, number[]> = { naive: [], ours: [], verifying: [] };
    const calls: Record<AppName, number> = { naive: 0, ours: 0, verifying: 0 };
    for (let round = 0; round < WARM_UP + ROUNDS; round++) {
      for (const name of NAMES) {
        const before = azure.calls.length;
        const start = performance.now();
        const response = await regenerate(name, `map-${name}`);
        await response.arrayBuffer();
        if (response.status !== 200) throw new Error(`${name} answered ${response.status}`);
        if (round < WARM_UP) continue;
        times[name].push(performance.now() - start);
        calls[name] += azure.calls.length - before;
      }
    }
    const naive = median(times.naive);
    print(
      `regenerateKey with ${LATENCY_MS} ms at each call of Azure, median of ${ROUNDS} (figure: ours ≤ 1.6 × naive)`,
    );
    printTable(
      ['app', 'ms', '× naive', 'calls'],
      NAMES.map((name) => [
        name,
        median(times[name]).toFixed(1),
        (median(times[name]) / naive).toFixed(2),
        (calls[name] / ROUNDS).toFixed(1),
      ]),
    );
  });
}
