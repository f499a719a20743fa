import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Environment } from '../../src/settings/settings.ts';

/** What became of the built app with the settings of one case. */
export interface LoadedApp {
  readonly functions: readonly string[];
  readonly errors: readonly { readonly name: string; readonly message: string }[];
  readonly health: {
    readonly status: string;
    readonly body?: { readonly status: string; readonly settings?: readonly string[] };
  };
}

/** Loads the built app with each of the settings, in processes beside one another. */
export async function loadWith<C extends { environment: Environment }>(
  cases: readonly C[],
  processes = 2,
): Promise<(C & { loaded: LoadedApp })[]> {
  const shares = Array.from({ length: processes }, (_, i) => cases.filter((_case, j) => j % processes === i));
  return (await Promise.all(shares.map(loadShare))).flat();
}

async function loadShare<C extends { environment: Environment }>(
  cases: readonly C[],
): Promise<(C & { loaded: LoadedApp })[]> {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  const child = spawn(process.execPath, [`${import.meta.dirname}/load-app.ts`], {
    env: { PATH, NODE_COMPILE_CACHE },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let told = '';
  child.stderr.on('data', (text) => {
    told += text;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const results: (C & { loaded: LoadedApp })[] = [];
  await lines.next();
  for (const each of cases) {
    child.stdin.write(`${Buffer.from(JSON.stringify(each.environment)).toString('base64')}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error(`${JSON.stringify(each.environment)} ends the app: ${told.slice(-2000)}`);
    results.push({ ...each, loaded: JSON.parse(value) });
  }
  child.stdin.end();
  return results;
}
