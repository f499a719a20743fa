import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

export interface AzuriteOptions {
  /** Data is kept here between starts. */
  directory?: string;
  /** Nothing is written to disk; the default where no directory is given. */
  inMemory?: boolean;
  /** Ports of the blob, queue and table service; the system chooses where they are left out. */
  ports?: readonly [number, number, number];
  /** More storage accounts beside the emulator's own, with the same key; each one has queues and tables of its own. */
  accounts?: readonly string[];
  log?: (line: string) => void;
}

export interface Azurite {
  connectionString: string;
  blobUrl: string;
  queueUrl: string;
  tableUrl: string;
  /** The connection string of one of the `accounts`. */
  connectionStringOf(account: string): string;
  close(): Promise<void>;
}

type Service = 'Blob' | 'Queue' | 'Table';

// The account and key of every storage emulator, published in Azure's documentation: not a secret.
const accountName = 'devstoreaccount1';
const accountKey = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

const startTimeoutMs = 30_000;
const closeTimeoutMs = 5_000;

/** Starts blob, queue and table service in a process of their own, on ports that the system chose. */
export async function startAzurite(options: AzuriteOptions = {}): Promise<Azurite> {
  const child = spawn(process.execPath, [azuriteEntry(), ...azuriteArguments(options)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...accountsVariable(options.accounts) },
  });
  const killWithParent = () => child.kill('SIGKILL');
  process.once('exit', killWithParent);
  child.once('exit', () => process.off('exit', killWithParent));

  const hosts = await waitForServices(child, options.log).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });
  const connectionStringOf = (account: string) => toConnectionString(hosts, account);
  return {
    connectionString: connectionStringOf(accountName),
    blobUrl: `${hosts.Blob}/${accountName}`,
    queueUrl: `${hosts.Queue}/${accountName}`,
    tableUrl: `${hosts.Table}/${accountName}`,
    connectionStringOf,
    close: () => stop(child),
  };
}

function toConnectionString(hosts: Record<Service, string>, account: string): string {
  const parts = [
    'DefaultEndpointsProtocol=http',
    `AccountName=${account}`,
    `AccountKey=${accountKey}`,
    `BlobEndpoint=${hosts.Blob}/${account}`,
    `QueueEndpoint=${hosts.Queue}/${account}`,
    `TableEndpoint=${hosts.Table}/${account}`,
  ];
  return `${parts.join(';')};`;
}

function accountsVariable(accounts: readonly string[] | undefined): Record<string, string> {
  if (accounts === undefined) return {};
  return { AZURITE_ACCOUNTS: [accountName, ...accounts].map((name) => `${name}:${accountKey}`).join(';') };
}

function azuriteEntry(): string {
  return createRequire(import.meta.url).resolve('azurite/dist/src/azurite.js');
}

function azuriteArguments(options: AzuriteOptions): string[] {
  const services = ['blob', 'queue', 'table'];
  const inMemory = options.inMemory ?? options.directory === undefined;
  return [
    // Port 0: the system chooses, and Azurite prints what it chose. No port is guessed, so none is taken.
    ...services.flatMap((service, i) => [
      ...[`--${service}Host`, '127.0.0.1'],
      ...[`--${service}Port`, String(options.ports?.[i] ?? 0)],
    ]),
    ...(inMemory ? ['--inMemoryPersistence'] : []),
    ...(!inMemory && options.directory !== undefined ? ['--location', options.directory] : []),
    '--disableTelemetry',
    '--skipApiVersionCheck',
    '--silent',
  ];
}

function waitForServices(
  child: ChildProcess,
  log?: (line: string) => void,
): Promise<Record<Service, string>> {
  return new Promise((resolve, reject) => {
    const hosts: Partial<Record<Service, string>> = {};
    const lastLines: string[] = [];
    const fail = (why: string) => {
      clearTimeout(timer);
      reject(new Error(`Azurite did not start: ${why}\n${lastLines.join('\n')}`));
    };
    const timer = setTimeout(() => fail(`not listening after ${startTimeoutMs} ms`), startTimeoutMs);
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code, signal) => fail(`exited with ${code ?? signal}`));
    const read = (line: string) => {
      log?.(line);
      lastLines.push(line);
      if (lastLines.length > 20) {
        lastLines.shift();
      }
      const found = /^Azurite (Blob|Queue|Table) service is successfully listening at (http:\S+)$/.exec(line);
      if (found) {
        hosts[found[1] as Service] = found[2] as string;
      }
      const { Blob, Queue, Table } = hosts;
      if (found && Blob !== undefined && Queue !== undefined && Table !== undefined) {
        clearTimeout(timer);
        resolve({ Blob, Queue, Table });
      }
    };
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) {
        createInterface({ input: stream }).on('line', read);
      }
    }
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  // Open keep-alive connections can hold Azurite's servers open after SIGTERM.
  const timer = setTimeout(() => child.kill('SIGKILL'), closeTimeoutMs);
  await ended;
  clearTimeout(timer);
}
