import { expect, test } from 'vitest';
import { failureOf } from '../../../src/app/request/rotation-outcome.ts';
import { accountReplaced, fault, superseded, unavailable } from '../../../src/core/failure.ts';
import type { Rotation } from '../../../src/core/rotation/rotation.ts';
import { waiting } from '../../core/support/rotations.ts';

const NOTHING = /No key was regenerated for this request, and none will be\.$/;
const AGAIN = /No key was regenerated for this request, and none will be: send it again, with the same/;

const refused = fault(401, 'InvalidAuthenticationTokenTenant', 'The token is of another tenant.');
const busy = unavailable('GatewayTimeout', 'No answer in time.');

test.each<[string, Partial<Rotation>, RegExp]>([
  ['that stays', { failure: refused }, NOTHING],
  ['that passes', { failure: busy }, AGAIN],
  [
    'that says it itself',
    { failure: superseded('an order came') },
    /^Nothing was regenerated: an order came\.$/,
  ],
  [
    'after a request that came to nothing',
    { failure: refused, everInDoubt: true, latePosts: 1 },
    /The key had not been regenerated when the keys were read after that/,
  ],
  // Nobody can look any more.
  [
    'of an account that went with its doubt',
    { failure: accountReplaced(), everInDoubt: true },
    /made under its name\.$/,
  ],
])('HTTP-06: a failure %s says of the key what is certain', (_, changes, says) => {
  expect(failureOf(waiting({ state: 'failed', ...changes }), 45).message).toMatch(says);
});
