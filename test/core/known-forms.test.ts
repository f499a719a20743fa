import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quoted, toCode, toGuid, toSystemCode } from '../../src/core/known-forms.ts';
import { arbitraryDisguise, arbitraryKey, holdsKey } from '../support/disguises.ts';

describe('codes of services pass', () => {
  test.each([
    ...['AuthorizationFailed', 'ResourceGroupNotFound', 'SubscriptionNotFound', 'ScopeLocked', 'Conflict'],
    ...['TooManyRequests', 'InternalServerError', 'GatewayTimeout', 'RequestDisallowedByPolicy'],
    ...['ObjectIsDeletedButRecoverable', 'ForbiddenByRbac', 'SecretNotFound', 'BadParameter'],
    ...['ServerBusy', 'TableNotFound', 'AuthorizationPermissionMismatch', 'OperationTimedOut'],
    ...['InvalidAuthenticationTokenAudience', 'InvalidApiVersionParameter', 'NoRegisteredProviderFound'],
  ])('%s', (code) => {
    expect(toCode(code)).toBe(code);
  });

  test.each(['RestError', 'TypeError', 'DeadlineError', 'AbortError', 'Error'])(
    'and so does the name %s',
    (name) => {
      expect(toCode(name)).toBe(name);
    },
  );

  test.each([
    ...['ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ERR_TLS_CERT_ALTNAME_INVALID', 'CERT_HAS_EXPIRED'],
    ...['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'UND_ERR_SOCKET'],
    ...['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'PARSE_ERROR', 'REQUEST_SEND_ERROR'],
  ])('and so does the system’s code %s', (code) => {
    expect(toSystemCode(code)).toBe(code);
  });

  test('and so do ids of requests', () => {
    const id = '019abf3c-7e50-7cc1-8a52-2f6c3e1d9b40';

    expect([toGuid(id), toGuid(id.toUpperCase())]).toEqual([id, id.toUpperCase()]);
  });
});

describe('all else is dropped', () => {
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a number', 403],
    ['an object', { toString: () => 'Conflict' }],
    ['an empty text', ''],
    ['markup', '<b>Conflict</b>'],
    ['two words', 'Not Found'],
    ['a line break', 'Conflict\n'],
    ['an escape sequence', '\x1b[2J'],
    ['a word that never ends', `C${'o'.repeat(30)}`],
    ['words without end', 'Word'.repeat(20)],
    ['letters of another alphabet', 'Сonflict'],
  ])('%s', (_, said) => {
    expect([toCode(said), toSystemCode(said), toGuid(said)]).toEqual([undefined, undefined, undefined]);
  });

  test('SEC-05 SEC-07: a key in any disguise', () => {
    fc.assert(
      fc.property(arbitraryKey(), arbitraryDisguise(), (key, disguise) => {
        const said = disguise(key);

        const passed = [toCode(said), toSystemCode(said), toGuid(said), quoted(said)].join(' ');
        expect(holdsKey(passed, key)).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });
});

test.each([
  ['P90', `'P90'`],
  ['ninety days', `'ninety days'`],
  ['', `''`],
  ['\x1b[2J', `'\ufffd[2J'`],
  ['0123456789abcdef', 'a text of 16 characters'],
  ['0123 4567 89ab cdef', 'a text of 19 characters'],
])('%j is quoted as %s', (value, expected) => {
  expect(quoted(value)).toBe(expected);
});
