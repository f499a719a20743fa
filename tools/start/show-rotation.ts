import { setTimeout as sleep } from 'node:timers/promises';
import type { LocalAzure } from '../local-azure/local-azure.ts';
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
  print(
    'The secondary key of map-tracking is replaced; the primary one, which is in use, goes on working.\n',
  );
  print(`POST ${path}\n     Prefer: return=minimal\n     {"keyType":"secondary"}\n`);
  const response = await fetch(app.url + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-functions-key': app.functionKey,
      // The answer without the keys: a terminal is no place for them.
      prefer: 'return=minimal',
    },
    body: JSON.stringify({ keyType: 'secondary' }),
  });
  print(`${response.status} x-ms-rotation-id: ${response.headers.get('x-ms-rotation-id')}`);
  print(JSON.stringify(await response.json(), null, 2));
  if (!response.ok) throw new Error('The key was not regenerated.');

  const rotationId = response.headers.get('x-ms-rotation-id');
  for (let wait = 0; wait < 100; wait++) {
    const event = azure.events.find(({ id }) => id === rotationId);
    if (event !== undefined) return print(`\nEvent Grid received\n${JSON.stringify(event, null, 2)}`);
    await sleep(100);
  }
  throw new Error('The event did not arrive.');
}

export function printThingsToTry(
  app: ShownApp,
  azure: Pick<LocalAzure, 'controlEndpoint'>,
  print: Print,
): void {
  const call = `curl -s -H 'x-functions-key: ${app.functionKey}'`;
  print(`
Things to try:

# the status page, in a browser: it asks for a function key
${app.url}/api/status
# the function key
${app.functionKey}

# rotate an account: the policy chooses the key that is not in use, or says why not
${call} -X POST '${app.url}/api${GROUP}/map-logistics/rotate'

# regenerate the key that you name, as ARM's own operation.
# Careful: in use or not, its old value is refused at once. Here nobody uses the secondary one
${call} -H 'content-type: application/json' -H 'prefer: return=minimal' -d '{"keyType":"secondary"}' '${app.url}/api${GROUP}/map-storefront/regenerateKey?api-version=2023-06-01'

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
