import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

export type Environment = Record<string, string | undefined>;

const localSettings = z.object({
  IsEncrypted: z.boolean().default(false),
  Values: z.record(z.string(), z.string()).default({}),
  Host: z.object({ LocalHttpPort: z.number().int().optional() }).default({}),
});

/** As `func start`: what local.settings.json holds becomes environment, unless it is set there already. */
export function applyLocalSettings(appDirectory: string, env: Environment): { port?: number } {
  const text = readOptional(path.join(appDirectory, 'local.settings.json'));
  if (text === undefined) {
    return {};
  }
  const settings = localSettings.parse(JSON.parse(text));
  if (settings.IsEncrypted) {
    throw new Error('local.settings.json: encrypted settings are not supported by this host');
  }
  for (const [name, value] of Object.entries(settings.Values)) {
    env[name] ??= value;
  }
  const port = settings.Host.LocalHttpPort;
  return port === undefined ? {} : { port };
}

/** Configuration keys are matched without regard to case, as in the real host. */
export function readSetting(env: Environment, name: string): string | undefined {
  if (env[name] !== undefined) {
    return env[name];
  }
  const found = Object.keys(env).find((key) => key.toLowerCase() === name.toLowerCase());
  return found === undefined ? undefined : env[found];
}

/** Replaces each `%NAME%` by the app setting; one that is missing is an error of that function. */
export function resolveExpression(text: string, env: Environment): string {
  return text.replace(/%([^%]+)%/g, (whole, name: string) => {
    const value = readSetting(env, name);
    if (value === undefined) {
      throw new Error(`'${whole}' does not resolve to a value.`);
    }
    return value;
  });
}

/** The connection string that a binding's `connection` names. */
export function resolveConnection(connection: string | undefined, env: Environment): string {
  const name = resolveExpression(connection || 'AzureWebJobsStorage', env);
  const value = readSetting(env, `AzureWebJobs${name}`) || readSetting(env, name);
  if (value) {
    return value;
  }
  if (Object.keys(env).some((key) => key.toLowerCase().startsWith(`${name.toLowerCase()}__`))) {
    throw new Error(
      `The connection '${name}' is identity-based (${name}__…): this local host takes connection strings only.`,
    );
  }
  throw new Error(
    `Storage account connection string '${name}' does not exist. Make sure that it is a defined App Setting.`,
  );
}

/** `AzureWebJobs.<function>.Disabled`, also with underscores for shells that know no dots. */
export function isDisabled(functionName: string, env: Environment): boolean {
  const value =
    readSetting(env, `AzureWebJobs.${functionName}.Disabled`) ??
    readSetting(env, `AzureWebJobs_${functionName}_Disabled`);
  return value === '1' || value?.toLowerCase() === 'true';
}

export function readOptional(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw error;
  }
}
