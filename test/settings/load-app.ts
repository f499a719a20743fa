import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import type { Environment } from '../../src/settings/settings.ts';
import { indexFunctions } from '../../tools/functions-host/functions.ts';
import { createAppState, installCoreApi } from '../../tools/functions-host/worker/core-api.ts';
import { createInvoker } from '../../tools/functions-host/worker/invoke.ts';
import type { LoadedApp } from './loaded-app.ts';

/**
 * Loads the built app again and again in this process, each time with the settings of the next line that it reads, as
 * the worker does: by `require` and `import` of the entry alone. Whatever would end the worker ends this process.
 */
const entry = pathToFileURL('dist/main.js').href;
const inherited = { ...process.env };
const silent = () => undefined;
// What is imported later shares code with the entry, and imports it by this name.
await load(entry, {});
process.stdout.write('ready\n');

let count = 0;
for await (const line of createInterface({ input: process.stdin })) {
  count += 1;
  process.stdout.write(`${JSON.stringify(await load(`${entry}?${count}`, fromLine(line)))}\n`);
}

/** Base64, since there are more ends of a line in a setting's value than one. */
function fromLine(line: string): Environment {
  return JSON.parse(Buffer.from(line, 'base64').toString());
}

async function load(url: string, environment: Environment): Promise<LoadedApp> {
  for (const name of Object.keys(process.env)) if (!(name in inherited)) delete process.env[name];
  for (const [name, value] of Object.entries(environment)) if (value !== undefined) process.env[name] = value;
  const state = createAppState();
  const uninstall = installCoreApi(state, '4.0.0', silent);
  try {
    await import(url);
  } finally {
    uninstall();
  }
  // The queues' connection is the host's own business, and no part of the entry.
  const { functions, errors } = indexFunctions(state, 'api', {
    ...process.env,
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
  });
  const health = functions.find(({ name }) => name === 'health');
  if (health === undefined) throw new Error('There is no health.');
  const outcome = await createInvoker(state, silent).invoke(health, {
    data: { http: { method: 'GET', url: 'http://localhost/api/health' } },
    reason: 'a test',
  });
  return {
    functions: functions.map(({ name }) => name),
    errors,
    health: outcome.kind === 'succeeded' ? toAnswer(outcome.response) : { status: outcome.error.message },
  };
}

function toAnswer({ returnValue }: { returnValue?: { http?: unknown } | null }): LoadedApp['health'] {
  const { statusCode, body } = (returnValue?.http ?? {}) as {
    statusCode?: string;
    body?: { bytes?: Uint8Array; string?: string };
  };
  const text = body?.string ?? Buffer.from(body?.bytes ?? []).toString();
  return { status: String(statusCode), body: JSON.parse(text) };
}
