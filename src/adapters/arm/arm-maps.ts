import type { AzureMapsManagementClient } from '@azure/arm-maps';
import type {
  AccountPage,
  AccountReading,
  KeysReading,
  MapsAccounts,
  Outcome,
  PostOutcome,
} from '../../app/ports/ports.ts';
import type { Account } from '../../core/account/account.ts';
import { accountId } from '../../core/account/account.ts';
import type { KeyType } from '../../core/account/key-type.ts';
import type { Scope } from '../../core/account/scope.ts';
import { scopeId } from '../../core/account/scope.ts';
import type { Failure } from '../../core/failure.ts';
import { invalidSkipToken, unavailable } from '../../core/failure.ts';
import type { Timings } from '../../core/rotation/timings.ts';
import { codeByStatus } from '../../core/service-codes/by-status.ts';
import { identityFailure } from '../../core/service-codes/identity-failure.ts';
import { toMilliseconds } from '../../core/time.ts';
import { statusOf, timedOut, toFailure, wasNeverSent } from '../azure-failure.ts';
import type { CallSite } from '../call-site.ts';
import { DeadlineError, withDeadline } from '../deadline.ts';
import { toAccountKeys, toAccountReading } from './arm-answers.ts';
import type { ArmMapsOptions, Gate } from './arm-clients.ts';
import {
  createRateLimits,
  createReader,
  createWriter,
  NotSentError,
  perSubscription,
  throughGate,
} from './arm-clients.ts';
import { isNextLink, toAccountPage } from './arm-pages.ts';

/** Azure Maps accounts by Azure Resource Manager, with one pair of clients for each subscription. */
export function createArmMaps(options: ArmMapsOptions): MapsAccounts {
  const limits = createRateLimits(options.onThrottle);
  const reader = perSubscription((subscriptionId) => createReader(options, limits, subscriptionId));
  const writer = perSubscription((subscriptionId) => createWriter(options, limits, subscriptionId));
  return {
    readAccount: (account) => readAccount(options, reader(account.subscriptionId), account),
    readKeys: (account) => readKeys(options, reader(account.subscriptionId), account),
    regenerateKey: (account, keyType, maySend) =>
      regenerateKey(options, writer(account.subscriptionId), account, keyType, maySend),
    listPage: (scope, continuation) => listPage(options, reader(subscriptionOf(scope)), scope, continuation),
    writesLeft: (subscriptionId) => limits.writesLeft(subscriptionId),
  };
}

async function readKeys(
  { timings, now }: ArmMapsOptions,
  client: AzureMapsManagementClient,
  account: Account,
): Promise<Outcome<KeysReading>> {
  const site = callSite('listKeys/action', accountId(account));
  let date: string | undefined;
  return attempt(site, timings.callTimeout, async (abortSignal) => {
    const keys = await client.accounts.listKeys(account.resourceGroupName, account.accountName, {
      abortSignal,
      onResponse: (response) => {
        date = response.headers.get('date');
      },
    });
    return { keys: toAccountKeys(keys), now: toMilliseconds(date) ?? now() };
  });
}

async function readAccount(
  { timings }: Pick<ArmMapsOptions, 'timings'>,
  client: AzureMapsManagementClient,
  account: Account,
): Promise<Outcome<AccountReading>> {
  const site = callSite('read', accountId(account));
  return attempt(site, timings.callTimeout, async (abortSignal) =>
    toAccountReading(
      await client.accounts.get(account.resourceGroupName, account.accountName, { abortSignal }),
      accountId(account),
    ),
  );
}

async function regenerateKey(
  { timings }: ArmMapsOptions,
  client: AzureMapsManagementClient,
  account: Account,
  keyType: KeyType,
  maySend: () => Promise<boolean>,
): Promise<PostOutcome> {
  const site = callSite('regenerateKey/action', accountId(account));
  const post = (abortSignal: AbortSignal) =>
    client.accounts.regenerateKeys(
      account.resourceGroupName,
      account.accountName,
      { keyType },
      { abortSignal },
    );
  const gate: Gate = { maySend };
  try {
    const keys = await throughGate(gate, () => withDeadline(timings.postTimeout, post));
    return { kind: 'regenerated', keys: toAccountKeys(keys) };
  } catch (error) {
    const failure = failureOf(error, gate, site);
    const status = statusOf(error);
    const { sentAt } = gate;
    if (sentAt === undefined || wasNeverSent(error) || isRefusal(status)) {
      return { kind: 'refused', failure };
    }
    return { kind: 'unanswered', failure, settleSeconds: settleSeconds(timings, error, status, sentAt) };
  }
}

/** Whether ARM said that it did not carry out the request. */
function isRefusal(status: number | undefined): boolean {
  return status !== undefined && codeByStatus(status).carriedOut === 'no';
}

/** The answers of a gateway that gave up on what is behind it. */
const GATEWAYS = new Set([502, 503, 504]);

/** From now on. A POST that nobody answered is settled by when it left, which can be long after the call began. */
function settleSeconds(timings: Timings, error: unknown, status: number | undefined, sentAt: number): number {
  if (error instanceof DeadlineError) return timings.settleTimedOut - (performance.now() / 1000 - sentAt);
  if (status === undefined) return timings.settleDropped;
  return GATEWAYS.has(status) ? timings.settleGateway : timings.settleServerError;
}

/** A single account is a page of its own. */
async function listPage(
  { endpoint, timings }: ArmMapsOptions,
  client: AzureMapsManagementClient,
  scope: Scope,
  continuation: string | undefined,
): Promise<Outcome<AccountPage>> {
  const site = callSite('read', scopeId(scope));
  const { accounts } = client;
  if (scope.kind === 'account') {
    const one = await readAccount({ timings }, client, scope.account);
    return one.kind === 'failed' ? one : { kind: 'ok', value: { accounts: [one.value] } };
  }
  if (continuation !== undefined && !isNextLink(continuation, endpoint, scope)) {
    return { kind: 'failed', failure: invalidSkipToken() };
  }
  const settings = continuation === undefined ? {} : { continuationToken: continuation };
  return attempt(site, timings.callTimeout, async (abortSignal) => {
    const pages =
      scope.kind === 'subscription'
        ? accounts.listBySubscription({ abortSignal }).byPage(settings)
        : accounts.listByResourceGroup(scope.resourceGroupName, { abortSignal }).byPage(settings);
    const { value } = await pages.next();
    return toAccountPage(value ?? []);
  });
}

async function attempt<T>(
  site: CallSite,
  seconds: number,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<Outcome<T>> {
  const gate: Gate = { maySend: async () => true };
  try {
    return { kind: 'ok', value: await throughGate(gate, () => withDeadline(seconds, call)) };
  } catch (error) {
    return { kind: 'failed', failure: failureOf(error, gate, site) };
  }
}

function failureOf(error: unknown, { reached, sentAt }: Gate, site: CallSite): Failure {
  if (error instanceof DeadlineError && !reached) return identityFailure(site, { kind: 'none' });
  if (error instanceof NotSentError || (error instanceof DeadlineError && sentAt === undefined)) {
    return savedTooSlowly();
  }
  if (error instanceof DeadlineError) return timedOut(site, error.seconds);
  return toFailure(error, site);
}

function savedTooSlowly(): Failure {
  const message =
    'The time in which the request could be sent safely was over before it could be, so it was not.';
  return unavailable('StateSavedTooSlowly', message);
}

function callSite(action: string, scope: string): CallSite {
  return { service: 'Azure Resource Manager', action: `Microsoft.Maps/accounts/${action}`, scope };
}

function subscriptionOf(scope: Scope): string {
  return scope.kind === 'account' ? scope.account.subscriptionId : scope.subscriptionId;
}
