import { rmSync } from 'node:fs';
import { rolldown } from 'rolldown';
import { modulesOf, writeThirdParty } from './third-party/write-third-party.ts';

/** Builds what subscribers import; the compiler puts the types beside it. */
export async function buildEvents(out: string): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  const bundle = await rolldown({ input: 'src/subscriber/index.ts', platform: 'node' });
  const { output } = await bundle.write({ dir: out, format: 'esm' });
  await bundle.close();
  writeThirdParty(out, modulesOf(output));
}
