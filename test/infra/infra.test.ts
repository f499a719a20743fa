import { afterAll, beforeAll, describe, test } from 'vitest';
import { findBicep, HOW_TO_GET_BICEP, startBicep } from './bicep.ts';
import type { Deployments } from './deployments.ts';
import { deployAll } from './deployments.ts';
import { testAlerts } from './suites/alerts.ts';
import { testCompilation } from './suites/compilation.ts';
import { testEvents } from './suites/events.ts';
import { testHardening } from './suites/hardening.ts';
import { testNetwork } from './suites/network.ts';
import { testPackage } from './suites/package.ts';
import { testRoles } from './suites/roles.ts';
import { testSettings } from './suites/settings.ts';
import { testStorage } from './suites/storage.ts';
import { testVault } from './suites/vault.ts';

const path = await findBicep();

if (path === undefined) {
  console.warn(`Skipped: the test of infra/ ${HOW_TO_GET_BICEP}`);
  test.skip(`infra ${HOW_TO_GET_BICEP}`, () => {});
} else testTemplate(path);

/** One file for all suites: the template is compiled once, and carried out once for each set of parameters. */
function testTemplate(path: string): void {
  const bicep = startBicep(path);
  let deployments: Deployments | undefined;
  const get = (): Deployments => {
    if (deployments === undefined) throw new Error('The template was not compiled.');
    return deployments;
  };
  beforeAll(async () => {
    deployments = await deployAll(bicep);
  }, 120_000);
  afterAll(() => bicep.close());

  describe('infra', () => {
    testCompilation(bicep, get);
    testRoles(get);
    testSettings(get);
    testStorage(get);
    testEvents(get);
    testHardening(get);
    testNetwork(get);
    testAlerts(get);
    testVault(bicep, get);
    testPackage(get);
  });
}
