import { rmSync } from 'node:fs';
import { FOLDER, GENERATED, runWell } from './tools.ts';

/** The tools of .NET, each of the version that is written down. */
export async function setup(): Promise<void> {
  rmSync(GENERATED, { recursive: true, force: true });
  await runWell('dotnet', ['tool', 'restore'], `${FOLDER}/dotnet`);
}
