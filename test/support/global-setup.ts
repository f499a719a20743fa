import { renameSync, rmSync } from 'node:fs';
import { rolldown } from 'rolldown';
import { buildApp } from '../../tools/build/build-app.ts';

/** The app with short times; `npm test` has built the real one in `dist/`. */
export const FAST_APP = 'dist-test';

/** The local functions host in one file: it starts in a third of the time, and the tests start it often. */
export const FAST_HOST = 'dist-test-host';

export async function setup(): Promise<void> {
  await replace(FAST_APP, (out) => buildApp({ out, timings: `${import.meta.dirname}/fast-timings.ts` }));
  await replace(FAST_HOST, async (dir) => {
    const host = await rolldown({ input: 'tools/functions-host/main.ts', platform: 'node' });
    await host.write({ dir, format: 'esm', entryFileNames: 'main.js' });
    await host.close();
  });
}

/** Builds beside and then renames, so that another run of the tests in the same folder does not lose its app. */
async function replace(folder: string, build: (out: string) => Promise<void>): Promise<void> {
  const fresh = `${folder}-${process.pid}`;
  await build(fresh);
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
}
