import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe } from 'vitest';
import { type LocalAzure, startLocalAzure } from '../../../tools/local-azure/local-azure.ts';
import { trustCa } from '../../../tools/local-azure/server/trust.ts';
import { APP } from './scene.ts';
import { testFirstKey } from './suites/first-key.ts';
import { testOrder } from './suites/order.ts';
import { testRefresh } from './suites/refresh.ts';
import { testSecretStates } from './suites/secret-states.ts';
import { testSettings } from './suites/settings.ts';
import { testSharedVault } from './suites/shared-vault.ts';
import { testSubscription } from './suites/subscription.ts';

const run = promisify(execFile);
let azure: LocalAzure;
let distrust: () => void;

/** One file for all suites: the function is built once, by its own script. */
beforeAll(async () => {
  await run('npm', ['run', 'build'], { cwd: APP });
  azure = await startLocalAzure();
  distrust = trustCa(azure.ca);
});
afterAll(async () => {
  distrust?.();
  await azure?.close();
});

const get = () => azure;
describe('one event', () => testRefresh(get));
describe('events that repeat and come out of order', () => testOrder(get));
describe('whatever state the secret is in', () => testSecretStates(get));
describe('before any event', () => testFirstKey(get));
describe('settings', () => testSettings());
describe('with the vault of the rotation app', () => testSharedVault(get));
describe('behind an event subscription', () => testSubscription(get));
