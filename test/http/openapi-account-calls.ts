import { randomUUID } from 'node:crypto';
import { secretName } from '../../src/adapters/key-vault/secret-names.ts';
import { parseAccountId } from '../../src/core/account/account.ts';
import { ARM_CODES } from '../../src/core/service-codes/arm.ts';
import { KEY_VAULT_CODES } from '../../src/core/service-codes/key-vault.ts';
import { ACCOUNT_ERRORS } from '../../src/web/openapi/account-errors.ts';
import { ARM_ERROR_CODES, VAULT_ERROR_CODES } from '../../src/web/openapi/service-errors.ts';
import type { AccountSeed, Fault } from '../../tools/local-azure/local-azure.ts';
import { type Apps, NO_SUBSCRIPTION } from './openapi-apps.ts';
import type { Call } from './openapi-calls.ts';
import { accountId, GROUP, json } from './stage.ts';

type Headers = Record<string, string>;
type Way = (apps: Apps, id: string, headers?: Headers) => Promise<Response>;

/** Both ways to a new key, for an account that either would regenerate one of. */
const WAYS: Readonly<Record<string, Way>> = {
  regenerateKey: ({ key }, id, headers) =>
    key.fetch(`/api${id}/regenerateKey`, json({ keyType: 'primary' }, headers)),
  rotateAccount: ({ key }, id, headers = {}) => key.fetch(`/api${id}/rotate`, { method: 'POST', headers }),
};

const DUE: Partial<AccountSeed> = {
  tags: { 'key-rotation': 'enabled' },
  primaryKeyLastUpdated: '2020-01-01T00:00:00Z',
  secondaryKeyLastUpdated: '2020-01-01T00:00:00Z',
};

let made = 0;

/** A new account for one call, due for rotation if nothing else is said. */
export function addDue({ stage }: Apps, seed: Partial<AccountSeed> = {}): string {
  made += 1;
  return stage.add(`described-${made}`, { ...DUE, ...seed });
}

export const repeatable = (id: string = randomUUID(), sent = new Date()): Headers => ({
  'repeatability-request-id': id,
  'repeatability-first-sent': sent.toUTCString(),
});

const NAMES: readonly [string, string][] = [
  ['400 InvalidSubscriptionId', accountId('maps', GROUP, 'none')],
  ['400 InvalidResourceGroupName', accountId('maps', 'rg.')],
  ['400 InvalidAccountName', accountId('maps:80')],
  ['403 AccountOutOfScope', accountId('maps', GROUP, '7c1d7c1d-0000-4000-8000-000000000002')],
  ['404 ResourceNotFound', accountId('nowhere')],
  ['404 ResourceGroupNotFound', accountId('nowhere', 'rg-nowhere')],
  ['404 SubscriptionNotFound', accountId('nowhere', GROUP, NO_SUBSCRIPTION)],
];

const HEADERS: readonly [string, Headers][] = [
  ['400 MissingHeader', { 'repeatability-first-sent': new Date().toUTCString() }],
  ['400 InvalidHeader', repeatable('42')],
  ['412 ConditionHeadersNotSupported', { 'if-none-match': '*' }],
  ['412 RepeatabilityExpired', repeatable(randomUUID(), new Date(Date.now() - 25 * 3_600_000))],
];

export const always = { times: Number.POSITIVE_INFINITY };
const FAULTS: readonly [string, Fault][] = [
  ['403 AuthorizationFailed', { operation: 'regenerateKey', status: 403 }],
  ['409 Conflict', { operation: 'regenerateKey', status: 409 }],
  ['412 PreconditionFailed', { operation: 'regenerateKey', status: 412 }],
  [
    '429 TooManyRequests',
    { operation: 'listKeys', status: 429, code: 'TooManyRequests', headers: { 'Retry-After': '30' } },
  ],
  ['502 UnexpectedAnswer', { operation: 'listKeys', status: 200, body: '<html>maintenance</html>' }],
  ['503 Unreachable', { operation: 'listKeys', drop: 'before', ...always }],
  ['503 Timeout', { operation: 'listKeys', delayMs: Number.POSITIVE_INFINITY, ...always }],
  ['410 Gone', { operation: 'listKeys', status: 410, code: 'Gone' }],
];

/** Every code that the services are known to use; the ones with an `always` are repeated by the app before it gives up. */
const ARM_FAULTS = ARM_ERROR_CODES.map((code): [string, Fault] => {
  const { status } = ARM_CODES[code];
  const fault: Fault = { operation: 'listKeys', status, code, ...(status >= 500 && always) };
  return [`${ACCOUNT_ERRORS[code].status} ${code}`, fault];
});
/** Whether a secret is deleted is asked each time; a 403 there, of whatever kind, leads to another call. */
const VAULT_FAULTS = VAULT_ERROR_CODES.filter((code) => KEY_VAULT_CODES[code].status !== 403).map(
  (code): [string, Fault] => {
    const { status } = KEY_VAULT_CODES[code];
    const fault: Fault = { operation: 'getDeletedSecret', status, code, ...always };
    return [`${ACCOUNT_ERRORS[code].status} ${code}`, fault];
  },
);

const SEEDS: readonly [string, Partial<AccountSeed>][] = [
  ['409 ScopeLocked', { locked: true }],
  ['409 LocalAuthDisabled', { disableLocalAuth: true }],
];

/** What both ways to a new key answer. */
export const ACCOUNT_CALLS: readonly Call[] = Object.entries(WAYS).flatMap(([operationId, way]): Call[] => {
  const call = (answer: string, send: Call['send'], about?: string): Call => ({
    ...{ operationId, answer, send },
    ...(about !== undefined && { about }),
  });
  return [
    call('200', (apps) => way(apps, addDue(apps))),
    call('200', (apps) => way(apps, addDue(apps), repeatable()), 'repeatable'),
    call('200', (apps) => way(apps, addDue(apps), { 'if-match': '*' }), 'of an account that is there'),
    call(
      '404 ResourceNotFound',
      (apps) => way(apps, accountId('nowhere'), { 'if-match': '*' }),
      'of one that is not',
    ),
    ...NAMES.map(([answer, id]) => call(answer, (apps) => way(apps, id))),
    ...HEADERS.map(([answer, headers]) => call(answer, (apps) => way(apps, addDue(apps), headers))),
    ...SEEDS.map(([answer, seed]) => call(answer, (apps) => way(apps, addDue(apps, seed)))),
    ...FAULTS.map(([answer, fault]) => call(answer, (apps) => underFault(apps, way, fault))),
    call('409 RotationInProgress', (apps) => besideAnother(apps, way)),
    call('409 ObjectIsDeletedButRecoverable', (apps) => withoutSecret(apps, way)),
    call('409 Superseded', (apps) => overtaken(apps, way)),
    call('503 OutcomeUnknown', (apps) => leftInDoubt(apps, way)),
    call('503 IdentityUnavailable', (apps) => way({ ...apps, key: apps.tokenless }, addDue(apps))),
  ];
});

/** What ARM answers to the regeneration itself, until the caller's time is up; all at once, since each takes that long. */
const LATE: readonly [string, Fault][] = [
  ...ARM_ERROR_CODES.filter((code) => 'orUnavailable' in ACCOUNT_ERRORS[code]).map(
    (code): [string, Fault] => [
      `503 ${code}`,
      { operation: 'regenerateKey', status: ARM_CODES[code].status, code, ...always },
    ],
  ),
  [
    '503 UnexpectedAnswer',
    { operation: 'regenerateKey', status: 200, body: '<html>maintenance</html>', ...always },
  ],
];
let lateAnswers: Promise<readonly Response[]> | undefined;

function inTheEnd(apps: Apps, way: Way, nth: number): Promise<Response> {
  lateAnswers ??= Promise.all(LATE.map(([, fault]) => underFault(apps, way, fault)));
  return lateAnswers.then((answers) => {
    const answer = answers[nth];
    if (answer === undefined) throw new Error('No such answer.');
    return answer;
  });
}

/** Both ways ask the services in the same manner, so one of them shows what comes of each of their codes. */
export const SERVICE_CALLS: readonly Call[] = Object.entries(WAYS)
  .slice(0, 1)
  .flatMap(([operationId, way]) => [
    ...ARM_FAULTS.map(([answer, fault]): Call => {
      const send: Call['send'] = (apps) => underFault(apps, way, fault);
      return { operationId, answer, send, about: 'as the table of codes has it' };
    }),
    ...LATE.map(([answer], nth): Call => {
      const send: Call['send'] = (apps) => inTheEnd(apps, way, nth);
      return { operationId, answer, send, about: 'in the end' };
    }),
    ...VAULT_FAULTS.map(([answer, fault]): Call => {
      const send: Call['send'] = (apps) => underVaultFault(apps, way, fault);
      return { operationId, answer, send, about: 'as the table of codes has it' };
    }),
  ]);

async function underFault(apps: Apps, way: Way, fault: Fault): Promise<Response> {
  const id = addDue(apps);
  const takeBack = apps.stage.azure.faults.add({ ...fault, account: id });
  const response = await way(apps, id);
  takeBack();
  return response;
}

async function underVaultFault(apps: Apps, way: Way, fault: Fault): Promise<Response> {
  const takeBack = apps.stage.azure.faults.add(fault);
  const response = await way({ ...apps, key: apps.vaulted }, addDue(apps));
  takeBack();
  return response;
}

async function besideAnother(apps: Apps, way: Way): Promise<Response> {
  const id = addDue(apps);
  const { azure } = apps.stage;
  azure.faults.add({ operation: 'regenerateKey', account: id, delayMs: 1500 });
  let isOver = false;
  const first = way(apps, id).finally(() => {
    isOver = true;
  });
  const isSent = () =>
    azure.calls.some(({ operation, path }) => operation === 'regenerateKey' && path.includes(id));
  while (!isSent() && !isOver) await new Promise((resolve) => setTimeout(resolve, 20));
  // A machine under load may be too slow for the short times of this app.
  if (isOver) return besideAnother(apps, way);
  const second = await way(apps, id);
  await first;
  return second;
}

/** Somebody deleted a secret of the account. */
async function withoutSecret(apps: Apps, way: Way): Promise<Response> {
  const id = addDue(apps);
  const account = parseAccountId(id);
  if (account === undefined) throw new Error('No account.');
  const { vault } = apps.stage.azure;
  const name = secretName(account, 'current');
  vault.grow(name, 1);
  vault.remove(name);
  return way({ ...apps, key: apps.vaulted }, id);
}

/** ARM does not carry it out, and before it is sent again somebody else has regenerated the other key. */
async function overtaken(apps: Apps, way: Way): Promise<Response> {
  const id = addDue(apps);
  const { azure } = apps.stage;
  azure.faults.add({ operation: 'regenerateKey', account: id, status: 500 });
  azure.setHook((operation, phase, details) => {
    if (operation !== 'regenerateKey' || phase !== 'after' || details.accountId !== id) return;
    azure.setHook(undefined);
    azure.accounts.regenerate(id, details.keyType === 'primary' ? 'secondary' : 'primary');
  });
  return way(apps, id);
}

/** ARM never answers, and the keys can't be read any more. */
async function leftInDoubt(apps: Apps, way: Way): Promise<Response> {
  const id = addDue(apps);
  const { faults } = apps.stage.azure;
  faults.add({ operation: 'regenerateKey', account: id, delayMs: Number.POSITIVE_INFINITY, carryOut: true });
  faults.add({ operation: 'listKeys', account: id, delayMs: 0, times: 1 });
  const takeBack = faults.add({ operation: 'listKeys', account: id, status: 503, ...always });
  const response = await way(apps, id);
  takeBack();
  return response;
}
