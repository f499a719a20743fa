import { execFile, spawn } from 'node:child_process';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { speakJsonRpc } from './json-rpc.ts';

const run = promisify(execFile);
const PROJECT = 'infra/tools/bicep.csproj';
const SCRATCH = '.local/infra';

export const HOW_TO_GET_BICEP = `needs the Bicep CLI: dotnet restore ${PROJECT}`;

/** What `main.bicepparam` reads. */
export const ENVIRONMENT = {
  AZURE_ENV_NAME: 'test',
  AZURE_LOCATION: 'westeurope',
  ROTATION_SCOPES:
    '/subscriptions/11111111-1111-1111-1111-111111111111, /subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-maps',
};

const DEPLOYED_TO = {
  tenantId: '44444444-4444-4444-4444-444444444444',
  subscriptionId: '33333333-3333-3333-3333-333333333333',
  location: 'westeurope',
};

/** A resource as the template would make it, with every parameter, condition and loop carried out. */
export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly apiVersion: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly identity?: {
    readonly type: string;
    readonly userAssignedIdentities?: Readonly<Record<string, unknown>>;
  };
  readonly sku?: { readonly name: string };
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the resource type's, and a test that errs in it fails.
  readonly properties: any;
}

export interface Compiled {
  readonly contents: string;
  /** What the compiler, and the linter with it, have against the file. */
  readonly diagnostics: readonly unknown[];
}

export interface Bicep {
  /** `bicep build`. */
  build(file: string): Promise<Compiled>;
  /** `bicep build-params`: the parameters, as a JSON text. */
  buildParams(file: string): Promise<Compiled>;
  /** `bicep lint`: all that it prints. */
  lint(file: string): Promise<string>;
  /** `bicep snapshot`: every resource that the template would make for these parameters. */
  evaluate(name: string, parameters: string): Promise<readonly Resource[]>;
  close(): void;
}

/** The CLI of the version that this repository names. In CI it has to be there, so it is restored. */
export async function findBicep(): Promise<string | undefined> {
  const version = /Version="\[(.+)\]"/.exec(await readFile(PROJECT, 'utf8'))?.[1];
  const system = { darwin: 'osx', win32: 'win' }[process.platform as string] ?? process.platform;
  const runtime = `${system}-${process.arch}`;
  const program = system === 'win' ? 'bicep.exe' : 'bicep';
  const path = `.local/nuget/azure.bicep.commandline.${runtime}/${version}/tools/${program}`;
  if (await isThere(path)) return path;
  if (process.env.CI !== 'true') return undefined;
  await run('dotnet', ['restore', PROJECT, `-p:BicepRuntime=${runtime}`]);
  return path;
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** One process for all calls: most of what a call takes is its start. */
export function startBicep(path: string): Bicep {
  const env = { ...process.env, ALERT_EMAILS: '', ENTRA_CLIENT_ID: '', ...ENVIRONMENT };
  const child = spawn(path, ['jsonrpc', '--stdio'], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  const speak = speakJsonRpc(child);
  const call = async <T>(method: string, file: string, more: object = {}): Promise<T> => {
    const { result, error } = await speak(`bicep/${method}`, { path: resolve(file), ...more });
    if (error !== undefined) throw new Error(error.message);
    return result as T;
  };
  return {
    build: (file) => call('compile', file),
    async buildParams(file) {
      const { parameters, diagnostics } = await call<{ parameters: string; diagnostics: unknown[] }>(
        'compileParams',
        file,
        { parameterOverrides: {} },
      );
      return { contents: parameters, diagnostics };
    },
    async lint(file) {
      const { stdout, stderr } = await run(path, ['lint', file]).catch((error) => error);
      return stdout + stderr;
    },
    async evaluate(name, parameters) {
      const file = `${SCRATCH}/${name}.bicepparam`;
      await mkdir(SCRATCH, { recursive: true });
      await writeFile(
        file,
        `using '../../infra/main.bicep'\nparam environmentName = 'test'\nparam location = 'westeurope'\n${parameters}`,
      );
      const { snapshot } = await call<{ snapshot: string }>('getSnapshot', file, { metadata: DEPLOYED_TO });
      const { predictedResources, diagnostics } = JSON.parse(snapshot);
      if (diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics));
      return predictedResources;
    },
    close: () => child.kill(),
  };
}
