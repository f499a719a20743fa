import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { modulesOf, writeThirdParty } from './third-party/write-third-party.ts';

/**
 * Builds what subscribers import: one CommonJS bundle, which a module of ES names anew, so that both have the very same
 * functions and errors; and types for each of them, since compilers take those of the other kind for an error.
 */
export async function buildEvents(out: string): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  const bundle = await rolldown({ input: 'src/subscriber/index.ts', platform: 'node' });
  const { output } = await bundle.write({ dir: out, format: 'cjs', entryFileNames: '[name].cjs' });
  await bundle.close();
  const [{ exports }] = output;
  writeFileSync(path.join(out, 'index.js'), `export { ${exports.join(', ')} } from './index.cjs';\n`);
  writeTypes(out);
  writeThirdParty(out, modulesOf(output));
}

function writeTypes(out: string): void {
  execFileSync(
    process.execPath,
    ['node_modules/typescript/bin/tsc', '-p', 'src/subscriber', '--outDir', out],
    {
      stdio: 'inherit',
    },
  );
  // What only the bundle uses; the types of the schemas are those of a library that is not there.
  for (const inner of ['schema', 'instant']) rmSync(path.join(out, `${inner}.d.ts`));
  for (const file of readdirSync(out).filter((name) => name.endsWith('.d.ts'))) {
    const types = readFileSync(path.join(out, file), 'utf8');
    writeFileSync(path.join(out, file), importing(types, '.js'));
    writeFileSync(path.join(out, file.replace('.d.ts', '.d.cts')), importing(types, '.cjs'));
  }
}

/** Compilers before 5.0 refuse an import that ends in `.ts`, and the emitted types have them as the sources do. */
function importing(types: string, extension: '.js' | '.cjs'): string {
  return types.replace(/(?<=from '\.\/[\w-]+)\.ts(?=')/g, extension);
}
