import type { Account } from '../../core/account/account.ts';
import { accountId } from '../../core/account/account.ts';
import { isInScope } from '../../core/account/scope.ts';
import type { Failure } from '../../core/failure.ts';
import { fault } from '../../core/failure.ts';
import { FEW_WRITES_LEFT, refillDelay } from '../../core/policy/pacing.ts';
import type { PolicyDecision } from '../../core/policy/policy.ts';
import { backoff } from '../../core/rotation/backoff.ts';
import type { Rotation } from '../../core/rotation/rotation.ts';
import type { WorkMessage } from '../../core/rotation/work-message.ts';
import { noteFailedTry } from '../account/note-reading.ts';
import { driveStarted } from '../drive/drive-rotation.ts';
import type { Patience } from '../drive/patience.ts';
import { NOBODY_WAITS } from '../drive/patience.ts';
import { failureFields } from '../failure-fields.ts';
import type { AccountView, RequestIds } from '../ports/ports.ts';
import type { Services } from '../ports/services.ts';
import { beginByPolicy } from './begin-rotation.ts';
import { failureOf } from './rotation-outcome.ts';
import { MAX_RACES, serveRequest } from './serve-request.ts';

export type RotateAccountResult =
  | { readonly kind: 'rotation'; readonly rotation: Rotation; readonly writtenAt?: string }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly rotationId?: string };

export interface RotateAccountCommand {
  readonly account: Account;
  /** Lifts the overlap and the due date, nothing else. */
  readonly force: boolean;
  readonly requestIds: RequestIds;
}

/** The guarded way, on a person's demand: the policy chooses the key, or says why none. */
export async function rotateAccount(
  services: Services,
  command: RotateAccountCommand,
  patience: Patience,
): Promise<RotateAccountResult> {
  const { force, requestIds } = command;
  const served = await serveRequest(services, command, patience, (view, supersedes) =>
    beginByPolicy(services, view, { trigger: 'http', requestIds, force, supersedes }, patience),
  );
  switch (served.kind) {
    case 'driven':
      return toResult(services, served.driven.rotation);
    case 'declined':
      return { kind: 'failed', failure: declined(served.decision) };
    case 'failed':
      return served;
    default:
      return served satisfies never;
  }
}

/** The row may know more by now, but the key is regenerated whether or not it can be read. */
async function toResult({ store, timings }: Services, rotation: Rotation): Promise<RotateAccountResult> {
  const { rotationId } = rotation;
  if (rotation.state !== 'failed' && rotation.state !== 'started') {
    const found = await store.findRotation(rotationId).catch(() => undefined);
    const isBehind = found === undefined || found.rotation.state === 'started';
    if (isBehind) return { kind: 'rotation', rotation };
    return { kind: 'rotation', rotation: found.rotation, writtenAt: found.writtenAt };
  }
  return { kind: 'failed', failure: failureOf(rotation, timings.lease + timings.margin), rotationId };
}

type AccountMessage = WorkMessage & { kind: 'account' };

/** The timer's way: rotates an account where it is due. Throws where the queue should bring the message again. */
export async function rotateIfDue(services: Services, message: AccountMessage): Promise<void> {
  const { store, log } = services;
  const { account } = message;
  let { uniqueId } = message;
  const fields = { accountId: accountId(account) };
  if (!isInScope(services.scopes, account)) return log.warn('An account out of scope is left alone', fields);
  const left = services.maps.writesLeft(account.subscriptionId);
  if (left !== undefined && left < FEW_WRITES_LEFT) {
    return services.queue.send(message, refillDelay(left));
  }
  for (let race = 0; race < MAX_RACES; race++) {
    const view = await store.viewAccount({ account, uniqueId }, undefined, {});
    if (view.running !== undefined) return log.info('A rotation of the account is under way', fields);
    const begun = await beginByPolicy(
      services,
      view,
      { trigger: 'timer', requestIds: {}, force: false },
      NOBODY_WAITS,
    );
    switch (begun.kind) {
      case 'again':
        uniqueId = begun.uniqueId ?? uniqueId;
        continue;
      case 'failed':
        return putOffReading(services, message, view, begun.failure);
      case 'declined':
        return logDeclined(services, begun.decision, fields);
      case 'started':
        await driveStarted(services, begun.held, begun.leasedAt, NOBODY_WAITS);
        return;
      default:
        begun satisfies never;
    }
  }
  throw new Error('The account kept changing; the queue brings it again.');
}

/** How often an account that can't be read is tried before it is left to the timer's next run. */
const MAX_READINGS = 10;

/** From this try in vain on somebody should look at it; with its pauses that is about a minute after the first. */
const WORRYING_TRY = 3;

/** An account that is gone is done with; one that can't be read now waits in the queue, not in an invocation. */
async function putOffReading(
  services: Services,
  message: AccountMessage,
  view: AccountView,
  failure: Failure,
): Promise<void> {
  const { log, queue, timings } = services;
  const { account, attempt } = message;
  const id = accountId(account);
  const told = { accountId: id, ...failureFields(failure), attempt };
  if (failure.status === 404) return log.warn('The account is gone', told);
  const { failedTry } = await noteFailedTry(services, view, failure);
  const { tries = 1, since } = failedTry ?? {};
  const fields = { ...told, tries, since };
  if (!failure.passing || attempt >= MAX_READINGS) {
    return log.error('The account can not be read; the next run of the timer tries it again', fields);
  }
  const seconds = backoff(id, attempt, failure, timings);
  await queue.send({ ...message, attempt: attempt + 1 }, seconds);
  // To be told to come later is how a fleet is paced, however often.
  const isWorrying = tries >= WORRYING_TRY && failure.status !== 429;
  if (isWorrying) log.error('The account can not be read so far', { ...fields, seconds });
  else log.warn('The account is read later', { ...fields, seconds });
}

function logDeclined(services: Services, decision: PolicyDecision, fields: { accountId: string }): void {
  const { kind } = decision;
  const code = kind === 'blocked' || kind === 'skip' ? decision.code : undefined;
  const reason = kind === 'blocked' || kind === 'skip' ? decision.message : undefined;
  if (kind === 'skip' && decision.code !== 'Disabled') {
    services.log.warn('The account is skipped', { ...fields, code, reason });
  } else services.log.info('The account is not rotated now', { ...fields, kind, code, reason });
}

function declined(decision: Exclude<PolicyDecision, { kind: 'rotate' }>): Failure {
  switch (decision.kind) {
    case 'not-due':
      return fault(
        409,
        'NotDue',
        `The account is not due before ${decision.dueAt}. Add ?force=true to rotate it now.`,
        {
          target: 'force',
        },
      );
    case 'blocked': {
      const until = decision.until === undefined ? '' : ` It is allowed from ${decision.until} on.`;
      const force = decision.code === 'Overlap' ? ' Add ?force=true to rotate it now all the same.' : '';
      return fault(409, decision.code, `${decision.message}${until}${force}`);
    }
    case 'skip':
      return fault(409, decision.code, decision.message);
    case 'unread':
      throw new Error('A decision on times that were read needs no reading.');
    default:
      return decision satisfies never;
  }
}
