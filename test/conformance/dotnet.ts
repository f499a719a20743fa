import { cpSync, rmSync } from 'node:fs';
import { FOLDER, GENERATED, runWell } from './tools.ts';

const SOURCES = `${FOLDER}/dotnet`;

/** A tool of .NET, of the version that `dotnet/.config/dotnet-tools.json` names. */
export function dotnetTool(name: string, ...args: readonly string[]): Promise<string> {
  return runWell('dotnet', ['tool', 'run', name, ...args], SOURCES);
}

export interface Program {
  /** Gives what it printed, which is JSON. */
  run(...args: readonly string[]): Promise<unknown>;
}

/** Compiles a project in a folder of its own, beside what `generate` writes there. */
export async function buildProject(
  name: string,
  generate: (folder: string) => Promise<unknown> = async () => {},
): Promise<Program> {
  const folder = `${GENERATED}/${name}`;
  rmSync(folder, { recursive: true, force: true });
  cpSync(`${SOURCES}/${name}`, folder, { recursive: true });
  await generate(folder);
  await runWell('dotnet', ['build', '--output', `${folder}/out`, '--verbosity', 'quiet'], folder);
  return {
    run: async (...args) => JSON.parse(await runWell('dotnet', [`${folder}/out/${name}.dll`, ...args])),
  };
}
