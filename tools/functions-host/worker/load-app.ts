import { globSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { Log } from '../log.ts';
import { readOptional } from '../settings.ts';
import type { AppState } from './core-api.ts';

const packageJson = z.object({ main: z.string().min(1).optional() });

/** Imports what `main` of package.json names (a file, or a pattern for several), then lets the app's start hooks run. */
export async function loadApp(appDirectory: string, state: AppState, log: Log): Promise<void> {
  const text = readOptional(path.join(appDirectory, 'package.json'));
  const main = text === undefined ? undefined : packageJson.parse(JSON.parse(text)).main;
  if (main === undefined) {
    throw new Error(`${appDirectory}/package.json has no "main": there is no entry point to load`);
  }
  const files = globSync(main, { cwd: appDirectory }).sort();
  if (files.length === 0) {
    throw new Error(`Worker was unable to load entry point "${main}": File does not exist`);
  }
  for (const file of files) {
    await loadEntryPoint(path.resolve(appDirectory, file), file, state, log);
  }
  const hookData = {};
  const context = readOnly({ hookData, appHookData: state.appHookData, functionAppDirectory: appDirectory });
  for (const hook of state.hooks.appStart) {
    await hook(context);
  }
  await checkCapabilities(state);
  state.locked = true;
}

export async function endApp(state: AppState): Promise<void> {
  const context = readOnly({ hookData: {}, appHookData: state.appHookData });
  for (const hook of state.hooks.appTerminate) {
    await hook(context);
  }
}

async function loadEntryPoint(url: string, file: string, state: AppState, log: Log): Promise<void> {
  state.entryPoint = url;
  const start = performance.now();
  try {
    await import(pathToFileURL(url).href);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Worker was unable to load entry point "${file}": ${message}`, { cause });
  } finally {
    delete state.entryPoint;
  }
  log(
    'debug',
    'Host.Worker',
    `Loaded entry point file "${file}" in ${Math.round(performance.now() - start)}ms`,
  );
}

async function checkCapabilities(state: AppState): Promise<void> {
  const defaults = {
    RawHttpBodyBytes: 'true',
    RpcHttpTriggerMetadataRemoved: 'true',
    RpcHttpBodyOnly: 'true',
    IgnoreEmptyValuedRpcHttpHeaders: 'true',
    UseNullableValueDictionaryForHttp: 'true',
    WorkerStatus: 'true',
    TypedDataCollection: 'true',
    HandlesWorkerTerminateMessage: 'true',
  };
  const capabilities = (await state.programmingModel?.getCapabilities?.({ ...defaults })) ?? defaults;
  if ('HttpUri' in capabilities) {
    throw new Error(
      'The app turns HTTP streaming on (enableHttpStream): this local host does not support that.',
    );
  }
}

function readOnly<T extends object>(properties: T): Readonly<T> {
  return Object.freeze(properties);
}
