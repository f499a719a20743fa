import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault } from '../../tools/local-azure/local-azure.ts';
import { print, printTable } from './figures.ts';
import { type AppName, withApps } from './side-by-side.ts';

const NAMES: readonly AppName[] = ['naive', 'ours'];

type ArmFault = Omit<Fault, 'operation' | 'account'>;

/** What goes wrong at ARM, four times or once: the SDK sends a POST four times before it gives up. */
const FAULTS: Readonly<Record<string, { fault: ArmFault; operation?: 'publish' }>> = {
  'no fault': { fault: { times: 0 } },
  '500 after the change, once': { fault: { status: 500, carryOut: true } },
  '500 after the change, always': { fault: { status: 500, carryOut: true, times: 4 } },
  '503 after the change, always': { fault: { status: 503, carryOut: true, times: 4 } },
  'answer lost, once': { fault: { drop: 'after' } },
  'answer lost, always': { fault: { drop: 'after', times: 4 } },
  '500 without the change, once': { fault: { status: 500 } },
  '429 with Retry-After 1, once': { fault: { status: 429, headers: { 'Retry-After': '1' } } },
  'Event Grid answers 503, three times': { fault: { status: 503, times: 3 }, operation: 'publish' },
};

/** How often ARM changed the key for one request, and how many events of that reached the topic. */
export async function benchFaults(): Promise<void> {
  await withApps(NAMES, async ({ azure, regenerate }) => {
    const rows: string[][] = [];
    for (const [i, [title, { fault, operation = 'regenerateKey' }]] of Object.entries(FAULTS).entries()) {
      for (const name of NAMES) {
        const account = `map-fault-${i}-${name}`;
        azure.reset();
        if (fault.times !== 0) {
          azure.faults.add({ operation, ...(operation === 'regenerateKey' && { account }), ...fault });
        }
        const start = performance.now();
        const response = await regenerate(name, account);
        const seconds = (performance.now() - start) / 1000;
        await settle(() => azure.events.length > 0 || azure.regenerations.length === 0 || name === 'naive');
        const ids = new Set(azure.events.map(({ id }) => id));
        rows.push([
          title,
          name,
          String(response.status),
          String(azure.regenerations.length),
          String(ids.size),
          seconds.toFixed(1),
        ]);
        azure.faults.clear();
      }
    }
    print('One request under a fault: how often ARM changed the key, and how many different events arrived');
    printTable(['fault', 'app', 'answer', 'key changes', 'events', 'seconds'], rows);
  });
}

/** Events that could not be sent at once come from the queue a little later. */
async function settle(isDone: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !isDone(); i++) await sleep(100);
}
