import { execFileSync } from 'node:child_process';
import { median, print, printTable } from './figures.ts';

const ROUNDS = 15;
const APPS = { hello: 'test/bench/apps/hello', ours: 'dist', naive: 'test/bench/apps/naive' } as const;

/** From the worker's init to all functions loaded, in turn in fresh processes, so that a drift hits all alike. */
export function benchAppLoad(): void {
  const times: Record<keyof typeof APPS, number[]> = { hello: [], ours: [], naive: [] };
  const names = Object.keys(APPS) as (keyof typeof APPS)[];
  for (let round = 0; round <= ROUNDS; round++) {
    for (const name of names) {
      const output = execFileSync(process.execPath, ['test/bench/load-app.ts', APPS[name]], {
        encoding: 'utf8',
        env: environment(),
      });
      if (round > 0) times[name].push(Number(output));
    }
  }
  const hello = median(times.hello);
  print(`App load, median of ${ROUNDS} (figure: ours ≤ 1.5 × hello)`);
  printTable(
    ['app', 'ms', '× hello'],
    names.map((name) => [name, median(times[name]).toFixed(1), (median(times[name]) / hello).toFixed(2)]),
  );
}

/** The naive app builds its clients while it loads, and needs an address for that. */
function environment(): NodeJS.ProcessEnv {
  return { ...process.env, EVENT_GRID_TOPIC_ENDPOINT: 'https://localhost/topic' };
}
