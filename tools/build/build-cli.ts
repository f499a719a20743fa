import { chmodSync, rmSync } from 'node:fs';
import { rolldown } from 'rolldown';
import { modulesOf, writeThirdParty } from './third-party/write-third-party.ts';

/** Builds the command line: one file, and a chunk with what only signing in with Entra ID needs. */
export async function buildCli(out: string): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  const bundle = await rolldown({
    input: 'src/cli/main.ts',
    platform: 'node',
    onLog(level, log, defaultHandler) {
      if (level === 'warn') throw new Error(`The bundler warns: ${log.message}`);
      defaultHandler(level, log);
    },
  });
  const entry = 'maps-key-rotation.js';
  const { output } = await bundle.write({
    dir: out,
    format: 'esm',
    minify: true,
    entryFileNames: entry,
    chunkFileNames: '[name].js',
    banner: (chunk) => (chunk.isEntry ? '#!/usr/bin/env node' : ''),
  });
  await bundle.close();
  writeThirdParty(out, modulesOf(output));
  chmodSync(`${out}/${entry}`, 0o755);
}
