import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TokenCredential } from '@azure/identity';
import { createArmSource } from './arm-source.ts';
import { createTokenCheck } from './event-grid-token.ts';
import { createKeyFollower, type KeyFollower } from './follow-keys.ts';
import { createKeyHolder } from './key-holder.ts';
import { errorFields, type Log } from './log.ts';
import { createMapServer } from './server.ts';
import type { Settings } from './settings.ts';
import { createKeyTrial } from './try-key.ts';
import { createVaultSource } from './vault-source.ts';
import { createWebhook } from './webhook.ts';

export type MapWebApp = { readonly port: number; close(): Promise<void> };

/** Listens at once, and has a key as soon as one can be read. */
export async function startMapWebApp(
  settings: Settings,
  credential: TokenCredential,
  log: Log,
): Promise<MapWebApp> {
  const { account, keyVaultUri, mapsEndpoint } = settings;
  const holder = createKeyHolder();
  const arm = createArmSource(settings, credential);
  const source = keyVaultUri ? createVaultSource(account, keyVaultUri, credential, arm) : arm;
  const isRefused = createKeyTrial(mapsEndpoint);
  const follower = createKeyFollower({ account, holder, source, isRefused, log });
  const webhook = createWebhook(createTokenCheck(settings.webhook), follower, log);
  const server = createMapServer({ mapsEndpoint, holder, webhook, log });
  server.listen(settings.port);
  await once(server, 'listening');
  const closing = new AbortController();
  const reading = keepReading(follower, settings.rereadMinutes * 60_000, log, closing.signal);
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      closing.abort();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await Promise.all([closed, reading]);
    },
  };
}

/** Until the first key is there, more and more seldom; then at the interval, where there is one. */
async function keepReading(follower: KeyFollower, interval: number, log: Log, closing: AbortSignal) {
  let pause = 1000;
  let started = false;
  while (!closing.aborted) {
    try {
      await follower.reread();
      started = true;
    } catch (error) {
      log('warn', 'No key could be read; it is tried again.', errorFields(error));
    }
    if (started && interval === 0) return;
    pause = started ? interval : Math.min(pause * 2, 30_000);
    await sleep(pause, undefined, { signal: closing }).catch(() => {});
  }
}
