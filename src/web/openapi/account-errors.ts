import type { SkipReason } from '../../core/policy/policy.ts';
import { ACCOUNT_ID, ROTATION_ID } from '../schema/values.ts';
import type { ErrorCase } from './request-errors.ts';
import { ARM_ERRORS, VAULT_ERRORS } from './service-errors.ts';

const NOTHING =
  'No key was regenerated for this request, and none will be: send it again, with the same Repeatability-Request-ID if it had one.';
const NOTHING_AND_STAYS = 'No key was regenerated for this request, and none will be.';

/** What can only be read is what ARM answers itself, as `ScopeLocked`, before the policy can speak of it. */
type Declined =
  | Exclude<SkipReason, 'ReadOnlyLock' | 'ReadOnlySubscription'>
  | 'NotDue'
  | 'Overlap'
  | 'EventPending';

/** Why the policy regenerates nothing, from `rotate`. */
const POLICY_ERRORS = {
  NotDue: {
    status: 409,
    when: 'no key is due; `force` lifts it',
    message: 'The account is not due before 2026-12-04T03:00:00.000Z. Add ?force=true to rotate it now.',
    target: 'force',
  },
  Overlap: {
    status: 409,
    when: 'the other key was regenerated or announced less than the overlap ago; `force` lifts it',
    message:
      'The other key was regenerated or announced less than the overlap (7 days) ago. It is allowed from 2026-12-02T16:31:22.318Z on. Add ?force=true to rotate it now all the same.',
  },
  EventPending: {
    status: 409,
    when: 'Event Grid has not yet accepted the event of an earlier rotation',
    message: `Event Grid has not yet accepted the event of rotation ${ROTATION_ID}.`,
  },
  Disabled: {
    status: 409,
    when: 'rotation is not enabled for the account',
    message: 'Rotation is not enabled: set the tag key-rotation to enabled, or ROTATION_UNTAGGED to rotate.',
  },
  Misconfigured: {
    status: 409,
    when: 'a tag of the account has a wrong value',
    message: "The tag key-rotation is 'yes', but must be 'enabled' or 'disabled'.",
  },
  LocalAuthDisabled: {
    status: 409,
    when: 'the account has `disableLocalAuth` set, so that its keys open nothing',
    message: 'The account has disableLocalAuth set, so its keys open nothing; there is nothing to rotate.',
  },
  NotProvisioned: {
    status: 409,
    when: 'the account is being created, changed or deleted',
    message: "The account's provisioning state is Deleting: it is being made, changed or deleted.",
  },
  OptInVanished: {
    status: 409,
    when: 'the tag `key-rotation` that had asked for rotation is gone',
    message:
      'The tag key-rotation is gone, which asked for rotation before: nobody rotates the keys now. Set it to enabled again, or to disabled where that is meant.',
  },
  InUseUnknown: {
    status: 409,
    when: 'which key is in use is not known, so that neither may be regenerated',
    message:
      'Its keys were changed by others, so which one is in use is not known. Say it with the tag key-rotation-in-use (primary or secondary) or the setting ROTATION_IN_USE.',
  },
} as const satisfies Readonly<Record<Declined, ErrorCase>>;

/** What can keep a key from being regenerated, or its outcome from being known. */
export const ACCOUNT_ERRORS = {
  ...ARM_ERRORS,
  ...VAULT_ERRORS,
  ...POLICY_ERRORS,
  AccountOutOfScope: {
    status: 403,
    when: 'the account is outside of `ROTATION_SCOPES`; ARM was not asked',
    message: `The account '${ACCOUNT_ID}' is outside of the scopes that this app may touch. Add its id, or that of its resource group or subscription, to the app setting ROTATION_SCOPES.`,
    target: 'ROTATION_SCOPES',
  },
  AccountReplaced: {
    status: 404,
    when: 'another account was made under the name of the one that the rotation was of',
    message: `The account was deleted, and another one was made under its name. ${NOTHING_AND_STAYS}`,
  },
  RotationInProgress: {
    status: 409,
    when: 'another rotation of the account, named by `x-ms-rotation-id`, is under way, or may still be carried out; this request regenerated nothing',
    message: `The rotation ${ROTATION_ID} of this account is under way, and one runs at a time. Try again after 10 seconds, or follow it at /api/rotations/${ROTATION_ID}.`,
    passing: true,
  },
  Superseded: {
    status: 409,
    when: 'what the decision rested on changed before the key was regenerated; nothing was',
    message: 'Nothing was regenerated: the keys of the account were changed by others in the meantime.',
  },
  RepeatabilityRequestIdReused: {
    status: 412,
    when: 'an earlier request with the same id was for the other key; this one regenerated nothing',
    message:
      'An earlier request with this Repeatability-Request-ID was for the other key. Use a new id for a new request.',
    target: 'Repeatability-Request-ID',
  },
  UnexpectedAnswer: {
    status: 502,
    when: 'ARM gave an answer that could not be read',
    message: `Azure Resource Manager gave an answer that could not be read (status 200). ${NOTHING}`,
    passing: true,
    orUnavailable: true,
  },
  OutcomeUnknown: {
    status: 503,
    when: 'ARM did not say in time whether the key was regenerated: that is being found out, and nothing more is regenerated for this request; or storage failed while the rotation was looked up that this request repeats',
    message:
      'Azure Resource Manager did not say in time whether the key was regenerated. That is being found out, and if it was, its KeyRegenerated event follows; nothing more is regenerated for this request. Ask again after 45 seconds, with the same Repeatability-Request-ID if it had one.',
    passing: true,
  },
  NotCarriedOut: notNow(
    'ARM did not carry the request out, or there was no time left to have it done',
    'did not carry out the request.',
  ),
  Unreachable: notNow('ARM could not be reached', 'could not be reached (ECONNREFUSED).'),
  Timeout: notNow('ARM did not answer', 'did not answer within 10 seconds.'),
  ReadingUnproved: {
    status: 503,
    when: 'what ARM gave does not tell whether a key changed; nothing more was sent',
    message: `Azure Resource Manager showed an earlier state of the keys than it had shown before. ${NOTHING}`,
    passing: true,
  },
  StateSavedTooSlowly: {
    status: 503,
    when: 'storage, or the sign-in of the app, was too slow for the request to be sent safely and in time, so it was not',
    message: `The time in which the request could be sent safely was over before it could be, so it was not. ${NOTHING}`,
    passing: true,
  },
  AccountBusy: {
    status: 503,
    when: 'other requests were faster time and again; this one regenerated nothing',
    message:
      'Other requests for this account were faster time and again, so this one regenerated nothing, and will not. Try again.',
    passing: true,
  },
  TooManyEventsPending: {
    status: 503,
    when: 'Event Grid has not accepted the events of 200 rotations of the account; no more of them can wait',
    message: `Event Grid has not accepted the events of 200 rotations of this account, and no more of them can wait. They are sent again by themselves. ${NOTHING}`,
    passing: true,
  },
} as const satisfies Readonly<Record<string, ErrorCase>>;

function notNow(when: string, problem: string): ErrorCase {
  const message = `Azure Resource Manager ${problem} ${NOTHING}`;
  return { status: 503, when, message, passing: true };
}
