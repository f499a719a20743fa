import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalAzure } from './azure/local-azure.ts';
import { SAMPLE_SUBSCRIPTION } from './sample-accounts.ts';

export interface ShownApp {
  readonly url: string;
  readonly functionKey: string;
  readonly masterKey: string;
}

type Print = (line: string) => void;

const GROUP = `/subscriptions/${SAMPLE_SUBSCRIPTION}/resourceGroups/rg-maps/providers/Microsoft.Maps/accounts`;

/** The main job, once: a key regenerated over HTTP, and the event that reached the topic. */
export async function showRotation(app: ShownApp, azure: LocalAzure, print: Print): Promise<void> {
  const path = `/api${GROUP}/map-tracking/regenerateKey?api-version=2023-06-01`;
  print(`POST ${path}\n     {"keyType":"secondary"}\n`);
  const response = await fetch(app.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-functions-key': app.functionKey },
    body: JSON.stringify({ keyType: 'secondary' }),
  });
  const body = (await response.json()) as Record<string, string>;
  print(`${response.status} x-ms-rotation-id: ${response.headers.get('x-ms-rotation-id')}`);
  print(JSON.stringify(body, shortenKeys, 2));
  if (!response.ok) throw new Error('The key was not regenerated.');

  const rotationId = response.headers.get('x-ms-rotation-id');
  for (let wait = 0; wait < 100; wait++) {
    const event = azure.events.find(({ id }) => id === rotationId);
    if (event !== undefined) return print(`\nEvent Grid received\n${JSON.stringify(event, null, 2)}`);
    await sleep(100);
  }
  throw new Error('The event did not arrive.');
}

/** They are keys of the local Azure and open nothing, but a terminal is no place for keys. */
function shortenKeys(name: string, value: unknown): unknown {
  return /^(primary|secondary)Key$/.test(name) ? `${String(value).slice(0, 16)}…` : value;
}

export function printThingsToTry(
  app: ShownApp,
  azure: Pick<LocalAzure, 'controlEndpoint'>,
  print: Print,
): void {
  const call = `curl -s -H 'x-functions-key: ${app.functionKey}'`;
  print(`
Things to try:

# the status page, in a browser
${statusPage(app)}

# regenerate a key of an account, as ARM's own operation
${call} -H 'content-type: application/json' -d '{"keyType":"primary"}' '${app.url}/api${GROUP}/map-storefront/regenerateKey?api-version=2023-06-01'

# let the policy choose the key, or say why not
${call} -X POST '${app.url}/api${GROUP}/map-logistics/rotate'

# run the timer now: it rotates the accounts that are due
curl -s -X POST -H 'x-functions-key: ${app.masterKey}' -H 'content-type: application/json' -d '{}' '${app.url}/admin/functions/rotateDueAccounts'

# the command line, in this folder
MAPS_KEY_ROTATION_URL=${app.url} MAPS_KEY_ROTATION_FUNCTION_KEY=${app.functionKey} npx maps-key-rotation plan

# rotations, newest first
${call} '${app.url}/api/rotations'

# what reached the local Azure: calls, events, accounts (no keys)
curl -s '${azure.controlEndpoint}/state'

# the next regenerateKey is carried out, but its answer is lost
curl -s -d '{"operation":"regenerateKey","drop":"after"}' '${azure.controlEndpoint}/faults'

Ctrl-C ends all of it.`);
}

/** The part after `#` reaches no server. */
function statusPage({ url, functionKey }: ShownApp): string {
  return `${url}/api/status#code=${encodeURIComponent(functionKey)}`;
}
