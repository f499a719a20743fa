import { expect, test } from 'vitest';
import { promoteNewKey, storeNewKey, verifyNewKey } from '../../../src/app/drive/new-key.ts';
import type { KeysReading, Outcome } from '../../../src/app/ports/ports.ts';
import { accountId } from '../../../src/core/account/account.ts';
import { fault, unavailable } from '../../../src/core/failure.ts';
import { AFTER, waiting } from '../../core/support/rotations.ts';
import { createFakeApp, DAY } from '../../fakes/app.ts';
import { createActor } from '../../fakes/world.ts';
import { ACCOUNTS } from '../support/simulation.ts';

const [account] = ACCOUNTS;
const held = { account, rotation: waiting({ state: 'regenerated', after: AFTER }), etag: '' };

function servicesWhere(reading: Outcome<KeysReading>) {
  const app = createFakeApp({ stores: true, knowsKeysAfter: 0 });
  app.arm.add(account, { primary: DAY, secondary: DAY });
  const [instance] = app.world.instances;
  if (instance === undefined) throw new Error('No instance is there.');
  const services = app.services(createActor(instance, 'background'));
  const { vault, dataPlane } = services;
  if (vault === undefined || dataPlane === undefined) throw new Error('Keys are not stored or not tried.');
  const facts = { tags: {}, disableLocalAuth: false };
  const readAccount = async () => ({ kind: 'ok', value: { id: accountId(account), facts } }) as const;
  return {
    services: { ...services, maps: { ...services.maps, readKeys: async () => reading, readAccount } },
    vault,
    dataPlane,
  };
}

test('of an account that is gone nothing is stored or tried any more', async () => {
  const gone = { kind: 'failed', failure: fault(404, 'ResourceNotFound', 'It is not there.') } as const;
  const { services, vault, dataPlane } = servicesWhere(gone);

  expect(await storeNewKey(services, vault, held, undefined)).toEqual([{ kind: 'key-gone' }]);
  expect(await verifyNewKey(services, dataPlane, held, undefined)).toEqual([{ kind: 'key-gone' }]);
  expect(await promoteNewKey(services, vault, held, undefined, true)).toEqual([{ kind: 'key-gone' }]);
});

test('of an account that can not be read now it is tried again', async () => {
  const failure = unavailable('Unreachable', 'No answer.');
  const { services, vault, dataPlane } = servicesWhere({ kind: 'failed', failure });

  expect(await storeNewKey(services, vault, held, undefined)).toEqual([{ kind: 'store-failed', failure }]);
  expect(await verifyNewKey(services, dataPlane, held, undefined)).toEqual([{ kind: 'unverified', failure }]);
  expect(await promoteNewKey(services, vault, held, undefined, true)).toEqual([
    { kind: 'store-failed', failure },
  ]);
});
