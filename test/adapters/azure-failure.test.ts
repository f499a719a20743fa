import { createHttpHeaders, createPipelineRequest, RestError } from '@azure/core-rest-pipeline';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toAccountKeys, toAccountReading } from '../../src/adapters/arm/arm-answers.ts';
import { toFailure } from '../../src/adapters/azure-failure.ts';
import type { CallSite } from '../../src/adapters/call-site.ts';
import { arbitraryDisguise, arbitraryKey, holdsKey } from '../support/disguises.ts';

const ACCOUNT =
  '/subscriptions/21a9967a-e8a9-4656-a70b-96ff1c4d05a0/resourceGroups/rg/providers/Microsoft.Maps/accounts/map';
const ARM: CallSite = {
  service: 'Azure Resource Manager',
  action: 'Microsoft.Maps/accounts/regenerateKey/action',
  scope: ACCOUNT,
};
const VAULT: CallSite = {
  service: 'Key Vault',
  action: 'Microsoft.KeyVault/vaults/secrets/setSecret/action',
  scope: 'the vault https://kv.vault.azure.net',
  hasInnerCodes: true,
};

const READ_ONLY = 'ReadOnlyDisabledSubscription';

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
  readonly code?: string;
  readonly name?: string;
}

/** An error as the SDKs make it: the body is its message, and the body's code its own. */
function thrownFor({ status, headers = {}, body, code, name }: Answer): RestError {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const request = createPipelineRequest({ url: 'https://localhost' });
  const error = new RestError(text, {
    ...(status !== undefined && {
      statusCode: status,
      response: { request, status, headers: createHttpHeaders(headers), bodyAsText: text },
    }),
    ...(code !== undefined && { code }),
  });
  return name === undefined ? error : Object.assign(error, { name });
}

const fail = (status: number, code: string, site = ARM) =>
  toFailure(thrownFor({ status, body: { error: { code, message: 'WORDS OF THE SERVICE' } } }), site);

describe('SEC-07: a service’s code passes, and its words are replaced by what to do', () => {
  test.each<[number, string, string, CallSite?]>([
    [403, 'AuthorizationFailed', `needs a role with the action ${ARM.action} on ${ACCOUNT}`],
    [403, 'RequestDisallowedByPolicy', 'An Azure Policy denies'],
    [404, 'ResourceNotFound', `nothing at ${ACCOUNT}. Check the names`],
    [404, 'SubscriptionNotFound', 'Check the names'],
    [409, 'ScopeLocked', 'Remove the read-only lock'],
    [409, 'MissingSubscriptionRegistration', 'register the resource provider Microsoft.Maps'],
    [409, 'ReadOnlyDisabledSubscription', 'The subscription is disabled'],
    [401, 'InvalidAuthenticationToken', "app's own identity was refused"],
    [401, 'InvalidAuthenticationTokenTenant', 'another tenant'],
    [429, 'TooManyRequests', 'allows so many in a time'],
    [429, 'SubscriptionRequestsThrottled', 'so many requests for a subscription'],
    [500, 'SomethingNew', 'an error on its side'],
    [403, 'ForbiddenByFirewall', 'network rule of Key Vault', VAULT],
    [403, 'ForbiddenByRbac', VAULT.action, VAULT],
    [404, 'VaultNotFound', 'Check the setting', VAULT],
    [409, 'ObjectIsDeletedButRecoverable', 'recover or purge', VAULT],
  ])('%i %s', (status, code, says, site) => {
    const failure = fail(status, code, site);

    expect(failure).toMatchObject({ status, code, message: expect.stringContaining(says) });
    expect(failure.message).toContain(`answered ${status} ${code}: `);
    expect(failure.message).not.toContain('WORDS');
  });

  test('a code that is none is told by its status', () => {
    expect(fail(400, 'no such thing')).toMatchObject({
      code: 'Http400',
      message: expect.stringContaining('Azure Resource Manager answered 400 Http400: '),
    });
  });

  const staying = { code: 'ScopeLocked', message: 'WORDS' };
  test.each<[string, number, unknown, string, boolean]>([
    ['in small letters', 409, { error: { code: 'scopeLocked' } }, 'ScopeLocked', false],
    ['in capitals', 409, { error: { code: 'READONLYDISABLEDSUBSCRIPTION' } }, READ_ONLY, false],
    ['without the error around it', 409, { code: 'ScopeLocked', message: 'WORDS' }, 'ScopeLocked', false],
    ['within', 409, { error: { code: 'Conflict', details: [staying] } }, 'ScopeLocked', false],
    ['within a 403', 403, { error: { code: 'Forbidden', details: [staying] } }, 'ScopeLocked', false],
    [
      'within what nobody knows',
      409,
      { error: { code: 'SomethingNew', details: [staying] } },
      'ScopeLocked',
      false,
    ],
    [
      'within, in small letters',
      409,
      { code: 'conflict', details: [{ code: 'scopelocked' }] },
      'ScopeLocked',
      false,
    ],
    [
      'further within, after others',
      409,
      { error: { details: [null, { code: 'SomethingNew', details: [staying] }] } },
      'ScopeLocked',
      false,
    ],
    ['that stays itself', 409, { error: { code: READ_ONLY, details: [staying] } }, READ_ONLY, false],
    [
      'beside one that passes',
      409,
      { error: { code: 'Conflict', details: [{ code: 'Locked' }] } },
      'Conflict',
      true,
    ],
    [
      'beside one that nobody knows',
      409,
      { error: { code: 'Conflict', details: [{ code: 'New' }] } },
      'Conflict',
      true,
    ],
    [
      'beside one that is no refusal',
      409,
      { error: { code: 'Conflict', details: [{ code: 'BadRequest' }] } },
      'Conflict',
      true,
    ],
    [
      'of another status',
      500,
      { error: { code: 'InternalServerError', details: [staying] } },
      'InternalServerError',
      true,
    ],
    [
      'beside details that are none',
      409,
      { error: { code: 'Conflict', details: 'ScopeLocked' } },
      'Conflict',
      true,
    ],
    ['in small letters that nobody knows', 409, { error: { code: 'somethingNew' } }, 'Http409', true],
  ])('ARM-17: a code %s is read', (_where, status, body, code, passing) => {
    expect(toFailure(thrownFor({ status, body }), ARM)).toMatchObject({ code, passing });
  });

  test.each(['Superseded', 'InvalidParameter', 'InvalidApiVersionParameter', 'AccountReplaced'])(
    '%s, which the app itself means otherwise, is told by its status, and logged',
    (code) => {
      expect(fail(409, code)).toMatchObject({ code: 'Http409', serviceCode: code });
    },
  );

  test('an inner code that is none leaves the outer one', () => {
    const error = { code: 'Forbidden', innererror: { code: 'no such thing' } };

    expect(toFailure(thrownFor({ status: 403, body: { error } }), VAULT).code).toBe('Forbidden');
  });

  test('of a broken connection the system’s code is told', () => {
    const failure = toFailure(thrownFor({ body: 'WORDS', code: 'ECONNREFUSED' }), ARM);

    expect(failure.message).toBe('Azure Resource Manager could not be reached (ECONNREFUSED).');
  });
});

describe('IDN-06: the id by which a service’s support finds the call is kept', () => {
  const [ID, OTHER] = ['0a1b2c3d-4e5f-4a71-8b9c-0d1e2f3a4b5c', '1a1b2c3d-4e5f-4a71-8b9c-0d1e2f3a4b5c'];

  test.each<[string, Readonly<Record<string, string>>, object]>([
    ['of ARM', { 'x-ms-correlation-request-id': ID, 'x-ms-request-id': OTHER }, {}],
    ['of other services', { 'x-ms-request-id': ID }, {}],
    ['in the body', {}, { correlationId: ID }],
    ['in the body’s error', {}, { error: { code: 'Conflict', correlationId: ID } }],
    ['beside one that is none', { 'x-ms-correlation-request-id': 'soon' }, { correlationId: ID }],
  ])('%s', (_name, headers, body) => {
    expect(toFailure(thrownFor({ status: 409, headers, body }), ARM).correlationId).toBe(ID);
  });

  test('where it has the form of one', () => {
    const failure = toFailure(
      thrownFor({ status: 409, headers: { 'x-ms-request-id': 'westeurope:1' }, body: {} }),
      ARM,
    );

    expect(failure).not.toHaveProperty('correlationId');
  });
});

test('SEC-05 SEC-07: no failure holds a key, wherever and however it is echoed', () => {
  const status = fc.constantFrom(undefined, 302, 400, 401, 403, 404, 409, 412, 413, 429, 500, 503);
  fc.assert(
    fc.property(arbitraryKey(), arbitraryDisguise(), status, fc.nat(11), (key, disguise, at, place) => {
      const echo = disguise(key);
      const places: Answer[] = [
        { body: { error: { code: echo, message: echo } } },
        { body: { error: { code: 'Forbidden', innererror: { code: echo } } } },
        { body: { error: { code: 'Conflict', message: `It is ${echo}.`, target: echo } } },
        { body: echo },
        { body: {}, code: echo },
        { body: {}, name: echo },
        { body: {}, headers: { 'retry-after': echo.replace(/[^\x20-\x7e]/g, ''), date: key } },
        { body: { error: { code: [echo], message: { echo } } } },
        { body: { code: echo, message: echo } },
        { body: { error: { code: 'Conflict', details: [{ code: echo, details: [{ code: key }] }] } } },
        { body: { correlationId: echo, error: { correlationId: key } } },
        { body: {}, headers: { 'x-ms-correlation-request-id': echo.replace(/[^\x20-\x7e]/g, '') } },
      ];
      const answer = places[place] ?? { body: echo };

      const failures = [ARM, VAULT].map((site) =>
        toFailure(thrownFor(at === undefined ? answer : { ...answer, status: at }), site),
      );

      expect(holdsKey(JSON.stringify(failures), key)).toBe(false);
    }),
    { numRuns: 1000 },
  );
});

describe('SEC-07: what ARM says of an account', () => {
  const times = (primary: unknown) =>
    toAccountKeys({
      ...{ primaryKey: 'a', secondaryKey: 'b' },
      ...(primary !== undefined && { primaryKeyLastUpdated: primary as string }),
    }).times.primary;

  test.each(['2026-11-25T16:31:22.3182154Z', '2026-11-25T16:31:22+01:00', '0001-01-01T00:00:00Z'])(
    'the time %s is kept as it is',
    (time) => {
      expect(times(time)).toBe(time);
    },
  );

  test.each([
    '11/25/2026 4:31:22 PM',
    'Wed, 25 Nov 2026 16:31:22 GMT',
    '2026-11-25T16:31:22.1234567890123Z',
    'yesterday',
    '',
    null,
    undefined,
  ])('ARM-12: the text %s is no time of ARM’s', (text) => {
    expect(times(text)).toBeUndefined();
  });

  test('a key in place of a time or a state goes no further', () => {
    fc.assert(
      fc.property(arbitraryKey(), arbitraryDisguise(), (key, disguise) => {
        const account = { location: 'x', sku: { name: 'G2' } } as const;
        const properties = { provisioningState: disguise(key) };

        const { facts } = toAccountReading({ ...account, properties }, ACCOUNT);

        expect(holdsKey(`${times(disguise(key))} ${facts.provisioningState}`, key)).toBe(false);
      }),
    );
  });

  test.each(['Succeeded', 'succeeded', 'Updating'])('the state %s is kept', (provisioningState) => {
    const account = { location: 'x', sku: { name: 'G2' }, properties: { provisioningState } } as const;

    expect(toAccountReading(account, ACCOUNT).facts.provisioningState).toBe(provisioningState);
  });
});
