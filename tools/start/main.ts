import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { type Azurite, startAzurite } from '../azurite.ts';
import { type LocalAzure, startLocalAzure } from '../local-azure/local-azure.ts';
import { SAMPLE_SUBSCRIPTION, sampleAccounts } from './sample-accounts.ts';
import { printThingsToTry, type ShownApp, showRotation } from './show-rotation.ts';

const usage = `node tools/start/main.ts [options]
  --azure-only     only Azurite and the local Azure, on the ports of local.settings.json, for \`func start\`
  --port <number>  of the functions host (default: any free one)
  --once           end after the first rotation`;

const { values } = parseArgs({
  options: {
    'azure-only': { type: 'boolean', default: false },
    port: { type: 'string', default: '0' },
    once: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

/** The ports that local.settings.json names. */
const AZURE_PORTS = { port: 7443, identityPort: 7444, identityHeader: 'local' };
const AZURITE_PORTS = [10000, 10001, 10002] as const;

const print = (line: string) => process.stdout.write(`${line}\n`);
const stopping = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);

if (values.help) print(usage);
else await main();

async function main(): Promise<void> {
  const fixed = values['azure-only'];
  const azurite = await startAzurite(fixed ? { ports: AZURITE_PORTS } : {});
  const azure = await startLocalAzure({
    accounts: sampleAccounts(Date.now()),
    certificateFolder: '.local',
    ...(fixed && AZURE_PORTS),
  });
  try {
    if (fixed) {
      print(`Azurite and the local Azure (${azure.endpoint}) are up. Run \`func start\`; Ctrl-C ends them.`);
      await stopping;
    } else await showApp(azurite, azure);
  } finally {
    await Promise.all([azure.close(), azurite.close()]);
  }
}

async function showApp(azurite: Azurite, azure: LocalAzure): Promise<void> {
  const host = spawnHost({
    ...azure.environment(),
    AzureWebJobsStorage: azurite.connectionString,
    ROTATION_SCOPES: `/subscriptions/${SAMPLE_SUBSCRIPTION}`,
  });
  const ended = once(host, 'exit');
  try {
    const app = await Promise.race([
      ready(host),
      ended.then(() => Promise.reject(new Error('The app ended.'))),
    ]);
    await showRotation(app, azure, print);
    if (values.once) return;
    printThingsToTry(app, azure, print);
    await Promise.race([stopping, ended]);
  } finally {
    host.kill('SIGTERM');
    await ended;
  }
}

/** A process of its own: Node reads NODE_EXTRA_CA_CERTS only when it starts. */
function spawnHost(environment: Record<string, string>): ChildProcess {
  const args = ['tools/functions-host/main.ts', '--app', '.', '--port', values.port];
  return spawn(process.execPath, args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function ready(host: ChildProcess): Promise<ShownApp> {
  if (host.stdout === null) throw new Error('The app has no output.');
  for await (const line of createInterface(host.stdout)) {
    if (!line.startsWith('READY ')) continue;
    const { url, keys } = JSON.parse(line.slice('READY '.length));
    return { url, functionKey: keys.default, masterKey: keys.master };
  }
  throw new Error('The app ended before it was ready.');
}
