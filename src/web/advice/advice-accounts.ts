import type { Advice } from './advice.ts';

/** Why the policy leaves an account alone. */
export const ACCOUNT_ADVICE: Readonly<Record<string, Advice>> = {
  Disabled: {
    title: 'Opted out',
    meaning: 'The account has no tag key-rotation, or its value is disabled, so the timer leaves it alone.',
    todo: 'Nothing, if that is meant. To have it rotated, set the tag key-rotation to enabled on the account.',
  },
  OptInVanished: {
    title: 'Opt-in gone',
    meaning:
      'The account had the tag key-rotation with the value enabled, and has it no more, so nobody rotates its keys now. Infrastructure as code that does not know the tag takes it away.',
    todo: 'Set the tag key-rotation to enabled again, where the account is described too. Where rotation is to end, set it to disabled.',
  },
  Misconfigured: {
    title: 'Wrong tags',
    meaning:
      'A tag key-rotation… of the account has a value that can’t be used, so the account is not rotated.',
    todo: 'Correct the tag that the reason names, on the account in Azure. The next run of the timer takes it up.',
  },
  LocalAuthDisabled: {
    title: 'Keys switched off',
    meaning: 'The account has disableLocalAuth set: its keys open nothing, so there is nothing to rotate.',
    todo: 'Nothing. Only where programs are to use keys again, set disableLocalAuth to false on the account.',
  },
  NotProvisioned: {
    title: 'Account not ready',
    meaning: 'Azure is still creating, changing or deleting the account.',
    todo: 'Nothing, if that ends soon: the next run takes it up. Else look at the account in the portal.',
  },
  ReadOnlyLock: {
    title: 'Read-only lock',
    meaning:
      'A read-only lock on the account, its resource group or its subscription keeps the app from reading its keys.',
    todo: 'Remove the lock, or replace it by a delete lock, which does no harm. The next run tries again.',
  },
  ReadOnlySubscription: {
    title: 'Subscription disabled',
    meaning:
      'The subscription of the account was disabled when its keys were to be read last, so they could not be, nor be regenerated.',
    todo: 'Enable the subscription again; mostly a payment or its spending limit has disabled it. The next run tries again.',
  },
  InUseUnknown: {
    title: 'Key in use not known',
    meaning:
      'The app can’t tell which key programs use, and regenerates neither: somebody else changed the account’s keys, Azure gives no time for one of them, or what was once said of it may be of long ago. The reason says which.',
    todo: 'Find out which key the account’s programs use, and set the tag key-rotation-in-use to primary or secondary on the account. Where it is set already, do as the reason says.',
  },
  UnreadableId: {
    title: 'Id that can’t be read',
    meaning: 'Azure lists the account with an id that the app can’t go by, so it does not rotate it.',
    todo: 'Look at the name of the account and of its resource group: a control character or an invisible one may be in it. Move the account to another group or make it anew, or rotate its keys by hand; and report the id.',
  },
  Overlap: {
    title: 'Within the overlap',
    meaning:
      'A key was regenerated or announced lately, and programs may still be moving to it. The other key is left alone until the overlap is over.',
    todo: 'Nothing: it is rotated in its time. Only if the other key has leaked, rotate with force.',
  },
  EventPending: {
    title: 'Event not accepted yet',
    meaning:
      'A key was regenerated, but Event Grid has not accepted the event that tells of it. Nothing else is regenerated before.',
    todo: 'Open the history of the account: the rotation in flight says why. Mostly the topic’s endpoint or the role EventGrid Data Sender is wrong. The event is sent again by itself.',
  },
  NotDue: {
    title: 'Not due yet',
    meaning: 'The keys are young enough.',
    todo: 'Nothing. To rotate all the same, use force.',
  },
};
