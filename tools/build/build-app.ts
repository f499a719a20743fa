import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { rolldown } from 'rolldown';
import { type BuiltPage, buildPage } from './build-page.ts';
import { modulesOf, writeThirdParty } from './third-party/write-third-party.ts';

export interface BuildOptions {
  /** The folder that gets the app, and nothing else: no `node_modules`. */
  readonly out: string;
  /** A file in the place of `src/core/rotation/timings.ts`: tests can't wait for real leases. Never for what is deployed. */
  readonly timings?: string;
}

/** Builds the app as it is deployed: one entry, and a chunk with all that only a call needs. */
export async function buildApp({ out, timings }: BuildOptions): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  const page = await buildPage();
  const bundle = await rolldown({
    input: 'src/main.ts',
    platform: 'node',
    // Of packages that come in both forms, the one of which only what is used is taken along.
    resolve: { mainFields: ['module', 'main'] },
    // The host supplies it: https://github.com/Azure/azure-functions-nodejs-library/issues/201
    external: ['@azure/functions-core'],
    plugins: [insertPage(page), ...(timings === undefined ? [] : [replaceTimings(timings)])],
    onLog(level, log, defaultHandler) {
      if (level === 'warn') throw new Error(`The bundler warns: ${log.message}`);
      defaultHandler(level, log);
    },
  });
  const { output } = await bundle.write({
    dir: out,
    format: 'esm',
    minify: true,
    entryFileNames: 'main.js',
    chunkFileNames: '[name].js',
  });
  await bundle.close();
  copyFileSync('host.json', `${out}/host.json`);
  writeFileSync(`${out}/package.json`, `${JSON.stringify({ type: 'module', main: 'main.js' }, null, 2)}\n`);
  writeThirdParty(out, [...modulesOf(output), ...page.moduleIds]);
}

const PAGE_ID = 'virtual/status-page.js';

/** The page is a chunk of its own: only who asks for it loads it. */
function insertPage({ html, policy }: BuiltPage) {
  return {
    name: 'insert-page',
    resolveId: (id: string) => (basename(id) === 'status-page.js' ? PAGE_ID : null),
    load(id: string) {
      if (id !== PAGE_ID) return null;
      return `export const html = ${JSON.stringify(html)};\nexport const policy = ${JSON.stringify(policy)};`;
    },
  };
}

function replaceTimings(file: string) {
  return {
    name: 'replace-timings',
    async resolveId(this: { resolve(id: string): Promise<{ id: string } | null> }, id: string) {
      return basename(id) === 'timings.ts' && !id.includes(basename(file)) ? this.resolve(file) : null;
    },
  };
}
