import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fault } from '../../../src/core/failure.ts';
import { toCode } from '../../../src/core/known-forms.ts';
import { backoff } from '../../../src/core/rotation/backoff.ts';
import { TIMINGS } from '../../../src/core/rotation/timings.ts';
import { codeByStatus, KNOWN_STATUSES } from '../../../src/core/service-codes/by-status.ts';
import { codeOfRefusedEvent, EVENT_GRID_CODES } from '../../../src/core/service-codes/event-grid.ts';
import { IDENTITY_ANSWERS, identityAnswerCode } from '../../../src/core/service-codes/identity.ts';
import {
  fillIn,
  knownCode,
  refusalMessage,
  SERVICE_CODES,
  serviceCode,
  shownCode,
} from '../../../src/core/service-codes/index.ts';
import { OWN_CODES } from '../../../src/core/service-codes/own-codes.ts';
import type { ServiceCode } from '../../../src/core/service-codes/types.ts';
import { adviceFor } from '../../../src/web/advice/advice.ts';
import { ACCOUNT_ADVICE } from '../../../src/web/advice/advice-accounts.ts';
import { FAILURE_ADVICE } from '../../../src/web/advice/advice-failures.ts';
import { REQUEST_ADVICE } from '../../../src/web/advice/advice-requests.ts';
import { ACCOUNT_ERRORS } from '../../../src/web/openapi/account-errors.ts';
import { ARM_ERROR_CODES, VAULT_ERROR_CODES } from '../../../src/web/openapi/service-errors.ts';

const CODES: readonly [string, ServiceCode][] = Object.values(SERVICE_CODES).flatMap((codes) =>
  Object.entries<ServiceCode>(codes),
);
const ANSWERS: readonly [string, ServiceCode][] = Object.entries(IDENTITY_ANSWERS);
const STATUSES: readonly [string, ServiceCode][] = KNOWN_STATUSES.map((status) => [
  `Http${status}`,
  codeByStatus(status),
]);
const SITE = { service: 'Key Vault', action: 'vaults/secrets/set', scope: 'the vault https://kv' };

describe('the table of codes', () => {
  test.each([...CODES, ...ANSWERS, ...STATUSES])('%s says all that follows from it', (_code, entry) => {
    const { status, passes, turn, carriedOut, title, meaning, todo } = entry;

    expect(Number.isInteger(status)).toBe(true);
    expect(typeof passes).toBe('boolean');
    expect(['azure', 'operator', 'caller', 'nobody']).toContain(turn);
    expect(['no', 'unknown']).toContain(carriedOut);
    expect(title).toMatch(/^[A-Z].*[^.]$/);
    // Azure's turn means that waiting is enough.
    if (turn === 'azure') expect(passes).toBe(true);
    for (const text of [meaning, todo]) {
      for (const filled of [fillIn(text), fillIn(text, SITE)]) {
        expect(filled).toMatch(/^[A-Z].*\.$/);
        expect(filled).not.toMatch(/[{}]/);
      }
    }
  });

  test('has each code once, in the form that codes go further in', () => {
    const codes = CODES.map(([code]) => code);

    expect(codes.filter((code, i) => codes.indexOf(code) !== i)).toEqual([]);
    expect(codes.filter((code) => toCode(code) !== code)).toEqual([]);
  });

  test('has no code of the app’s own, whose advice would be taken for it', () => {
    expect(CODES.filter(([code]) => OWN_CODES.has(code))).toEqual([]);
  });

  test('knows all codes of the app’s own, and they have advice', () => {
    const own = { ...ACCOUNT_ADVICE, ...FAILURE_ADVICE, ...REQUEST_ADVICE };

    expect([...OWN_CODES].sort()).toEqual(Object.keys(own).sort());
  });

  test.each([...OWN_CODES, 'EventRefused', 'EventNotAuthorized', 'Http404'])(
    'a service’s %s is told by its status',
    (code) => {
      expect(shownCode(500, code, 'Key Vault')).toBe('Http500');
      expect(shownCode(409, code, 'Azure Resource Manager')).toBe('Http409');
    },
  );

  test.each([
    ['Event Grid', 404, 'ResourceNotFound'],
    ['Key Vault', 404, 'SubscriptionNotFound'],
    ['Key Vault', 400, 'BadRequest'],
    ['Azure Resource Manager', 404, 'VaultNotFound'],
  ] as const)('has nothing of %s’s %i %s, which another service means otherwise', (service, status, code) => {
    expect(shownCode(status, code, service)).toBe(`Http${status}`);
  });

  test.each([
    ['Key Vault', 429, 'TooManyRequests'],
    ['Key Vault', 409, 'Conflict'],
    ['Azure Resource Manager', 404, 'ResourceNotFound'],
    ['Event Grid', 503, 'ServiceUnavailable'],
  ] as const)('has what %s means by %i %s', (service, status, code) => {
    expect(shownCode(status, code, service)).toBe(code);
  });

  test.each(CODES)('whether %s was carried out is what its status says', (_code, { status, carriedOut }) => {
    expect(carriedOut).toBe(codeByStatus(status).carriedOut);
  });

  test('the page, the runbook and the OpenAPI document go by it', () => {
    const runbook = readFileSync('docs/operate.md', 'utf8');

    for (const [code, { title, meaning, todo }] of CODES) {
      expect(adviceFor(code)).toEqual({ title, meaning: fillIn(meaning), todo: fillIn(todo) });
      expect(runbook).toContain(`\n| \`${code}\` | ${title}. ${fillIn(meaning)} | `);
    }
    for (const code of [...ARM_ERROR_CODES, ...VAULT_ERROR_CODES]) {
      const { status, passes } = knownCode(code) ?? {};
      // The app's own identity was refused, not that of the caller.
      const own = passes ? 503 : 500;
      expect(ACCOUNT_ERRORS[code].status).toBe(status === 401 ? own : status);
      expect(ACCOUNT_ERRORS[code].message).toMatch(new RegExp(`^\\w[\\w ]+ answered ${status} ${code}: `));
    }
  });
});

describe('ARM-20: what was surely not carried out, and passes, is alike', () => {
  test.each([409, 412, 423, 429])('%i', (status) => {
    expect(serviceCode(status, `Http${status}`)).toMatchObject({
      passes: true,
      carriedOut: 'no',
      turn: 'azure',
    });
    expect(serviceCode(status, 'SomethingNew')).toMatchObject({ passes: true, carriedOut: 'no' });
  });

  test.each([400, 410, 413, 500, 502, 503, 504, 599])('%i is not', (status) => {
    expect(serviceCode(status, 'SomethingNew').carriedOut).toBe('unknown');
  });

  test('a code of a refusal beside a 5xx proves nothing', () => {
    expect(serviceCode(500, 'ScopeLocked')).toMatchObject({ passes: true, carriedOut: 'unknown' });
    expect(serviceCode(400, 'Conflict')).toMatchObject({ carriedOut: 'unknown' });
  });
});

describe('ARM-13: throttling', () => {
  test.each([
    'SubscriptionRequestsThrottled',
    'TenantRequestsThrottled',
    'ResourceRequestsThrottled',
    'ResourceCollectionRequestsThrottled',
    'Throttled',
    'TooManyRequests',
    'SomethingNew',
  ])('%s passes, and is Azure’s turn', (code) => {
    expect(serviceCode(429, code)).toMatchObject({ passes: true, turn: 'azure', title: 'Throttled' });
  });

  test.each(['TooManyRequests', 'Throttled', 'Http429'])('%s has advice', (code) => {
    expect(adviceFor(code)).toMatchObject({ title: 'Throttled', todo: expect.stringContaining('Wait') });
  });
});

describe('what stays until somebody acts', () => {
  test.each<[string, number, string]>([
    ['ARM-17: ', 409, 'ReadOnlyDisabledSubscription'],
    ['', 409, 'ScopeLocked'],
    ['', 409, 'MissingSubscriptionRegistration'],
    ['', 403, 'RequestDisallowedByPolicy'],
    ['', 403, 'DisallowedOperation'],
    ['', 401, 'InvalidAuthenticationTokenTenant'],
    ['', 404, 'ResourceNotFound'],
    ['', 400, 'SomethingNew'],
  ])('%s%i %s', (_id, status, code) => {
    const { passes, turn } = serviceCode(status, code);

    expect(passes).toBe(false);
    expect(turn).not.toBe('azure');
  });
});

describe('KV-01: a refusal of the vault is told by what refused', () => {
  test.each([
    [
      'ForbiddenByRbac',
      /needs a role with the action vaults\/secrets\/set on the vault https:\/\/kv/,
      /network/,
    ],
    ['ForbiddenByPolicy', /access policy/i, /network/],
    ['ForbiddenByFirewall', /network rule of Key Vault.*firewall/, /needs a role/],
    ['ForbiddenByConnection', /public networks.*private endpoint/, /needs a role/],
  ])('%s', (code, says, saysNot) => {
    const message = refusalMessage(403, code, SITE);

    expect(message).toMatch(says);
    expect(message).not.toMatch(saysNot);
  });
});

describe('EVT-06: an answer that is the same for the same bytes', () => {
  test.each([
    [413, 'EventTooLarge'],
    [400, 'EventRefused'],
    [415, 'EventRefused'],
    [422, 'EventRefused'],
  ] as const)('%i is %s, at the slowest pace from the first time on', (status, code) => {
    expect(codeOfRefusedEvent(status)).toBe(code);
    expect(EVENT_GRID_CODES[code]).toMatchObject({ passes: false, turn: 'operator', slow: true });
    const seconds = backoff('id', 0, fault(status, code, ''), TIMINGS);
    expect(seconds).toBeGreaterThanOrEqual(TIMINGS.maxBackoff);
    expect(seconds).toBeLessThanOrEqual(TIMINGS.maxBackoff * 1.25);
  });

  test.each([404, 408, 409, 412, 423, 429, 500, 503])('%i is none', (status) => {
    expect(codeOfRefusedEvent(status)).toBeUndefined();
  });

  test('what it keeps from subscribers need not be a new key: KeyRotationFailed has none', () => {
    const texts = Object.values(EVENT_GRID_CODES).map(({ meaning, todo }) => `${meaning} ${todo}`);

    expect(texts.join()).not.toContain('new key');
  });
});

describe('EVT-03: a refusal of Event Grid’s is told by what refused, though its codes mean other things elsewhere', () => {
  test.each([
    [401, 'EventNotAuthorized', /role EventGrid Data Sender/, /AZURE_CLIENT_ID|network/],
    [403, 'EventForbidden', /firewall.*private endpoint/, /needs a role|Data Sender/],
  ] as const)('%i', (status, code, says, saysNot) => {
    const { meaning, todo } = adviceFor(code);

    expect(codeOfRefusedEvent(status)).toBe(code);
    expect(serviceCode(status, code)).toMatchObject({ passes: true, turn: 'operator' });
    expect(`${meaning} ${todo}`).toMatch(says);
    expect(`${meaning} ${todo}`).not.toMatch(saysNot);
  });
});

test('IDN-05: nobody is told that a token that was refused is dropped', () => {
  const refusals = [
    'Http401',
    'AuthenticationFailed',
    'InvalidAuthenticationToken',
    'ExpiredAuthenticationToken',
  ];

  for (const code of refusals) {
    expect(adviceFor(code).todo).toMatch(/restart the Function App/);
    expect(adviceFor(code).todo).not.toContain('next try');
  }
});

describe('IDN-06: each answer of the identity endpoint has advice of its own', () => {
  test.each([
    [{ kind: 'refused', status: 400 }, /AZURE_CLIENT_ID/],
    [{ kind: 'refused', status: 403 }, /proxy/],
    [{ kind: 'refused', status: 404 }, /assigned/],
    [{ kind: 'refused', status: 410 }, /updating/],
    [{ kind: 'refused', status: 429 }, /so many tokens/],
    [{ kind: 'refused', status: 500 }, /in error/],
    [{ kind: 'empty', status: 503 }, /in error/],
    [{ kind: 'unreadable', status: 200 }, /JSON/],
    [{ kind: 'unreadable', status: 400 }, /AZURE_CLIENT_ID/],
    [{ kind: 'empty', status: 200 }, /answered nothing/],
    [{ kind: 'none' }, /did not answer/],
    [{ kind: 'unknown' }, /az login/],
    [{ kind: 'refused', status: 418 }, /managed identity is assigned/],
  ] as const)('%o', (answer, says) => {
    const { meaning, todo } = identityAnswerCode(answer);

    expect(`${meaning} ${todo}`).toMatch(says);
  });

  test('none but 400 and what nobody knows is about the client id', () => {
    const about = ANSWERS.filter(([, { todo }]) => todo.includes('AZURE_CLIENT_ID'));

    expect(about.map(([code]) => code)).toEqual(['Http400', 'NotKnown']);
  });
});
