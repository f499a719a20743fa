import type { FakeApp } from '../../fakes/app.ts';
import type { Change } from '../../fakes/maps.ts';
import type { Scenario } from './scenario.ts';
import { changesAfter, lifeOf, toldOf } from './told-changes.ts';

/** What a consumer relies on, of each event in a world that has come to rest. */
export function breachesOfTelling(app: FakeApp, scenario: Scenario): string[] {
  return [
    ...storedTwice(app, scenario),
    ...announcedUnready(app, scenario),
    ...promotedUnready(app, scenario),
  ];
}

/** Two drivers at work at one time can each write a version: one of them was held to be dead. */
function storedTwice({ vault }: FakeApp, { faults, commands }: Scenario): string[] {
  if (commands.some(({ kind }) => kind === 'suspend')) return [];
  if (faults.some(({ fault }) => 'kind' in fault && /^(freeze|slow|suspend)$/.test(fault.kind))) return [];
  return [vault.versions, vault.current].flatMap((secrets) => {
    const ids = secrets.map(({ rotationId }) => rotationId);
    return ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `the key of ${id} was stored twice`);
  });
}

/** An event without the secret, or without the trial, is of a key whose place another one had taken. */
function announcedUnready(app: FakeApp, { stores, knowsKeysAfter }: Scenario): string[] {
  return toldOf(app).flatMap(({ event, at, changes }) => {
    const { rotationId, secretId, verified } = event.data;
    // Without a time more than one change can be meant: that of the rotation is its own.
    const only = changes.length === 1 ? changes[0] : undefined;
    const own = changes.find((change) => change.rotationId === rotationId) ?? only;
    if (own === undefined) return [];
    // What a rotation of the account's former life does to the new one is told by its name alone.
    const rotation = app.rotations.get(rotationId);
    if (rotation !== undefined && rotation.uniqueId !== own.uniqueId) return [];
    const isGone = changesAfter(app, own).some((change) => change.at <= at) || hasLeft(app, own, at);
    const values = changes.map(({ value }) => value);
    const secret = app.vault.versions.find(({ id }) => id === secretId);
    const breaches: string[] = [];
    if (stores && !isGone && !becameCurrent(app, own, verified === false))
      breaches.push(`${rotationId} was told, and is not the current key`);
    if (secretId === undefined && stores && !isGone)
      breaches.push(`${rotationId} was told without its secret`);
    if (secretId !== undefined && !values.includes(secret?.value ?? ''))
      breaches.push(`${rotationId} was told with the secret of another key`);
    if (verified === undefined && knowsKeysAfter !== undefined && !isGone)
      breaches.push(`${rotationId} was told untried`);
    if (verified === true && at < own.at + (knowsKeysAfter ?? 0))
      breaches.push(`${rotationId} was told to be accepted before it was`);
    return breaches;
  });
}

/** Whether the account was no longer at the address of the change when its event was accepted. */
function hasLeft(app: FakeApp, change: Change, at: number): boolean {
  const life = lifeOf(app, change);
  if (life === undefined || (life.deletedAt ?? Number.POSITIVE_INFINITY) <= at) return true;
  return life.addresses.some(({ from }) => from >= change.sentAt && from <= at);
}

/** Or a newer key did; one that Azure Maps did not know in time may have been replaced, or gone, before it did. */
function becameCurrent(app: FakeApp, own: Change, waited: boolean): boolean {
  const { vault, arm } = app;
  const newer = (other: Change | undefined) => other?.uniqueId === own.uniqueId && other.at > own.at;
  const became = vault.current.some(({ value }) => {
    const made = changeOf(app, value);
    return made === own || newer(made);
  });
  if (became || !waited) return became;
  const isReplaced = arm.changes.some((other) => newer(other) && other.keyType === own.keyType);
  return isReplaced || hasLeft(app, own, Number.POSITIVE_INFINITY);
}

function changeOf({ arm }: FakeApp, value: string): Change | undefined {
  return arm.changes.find((change) => change.value === value);
}

/** Who reads the current key is never led to one that does not work yet, unless the one before it is dead. */
function promotedUnready(app: FakeApp, { knowsKeysAfter }: Scenario): string[] {
  if (knowsKeysAfter === undefined) return [];
  const { vault, arm } = app;
  return vault.current.flatMap((secret, i) => {
    const made = changeOf(app, secret.value);
    if (made === undefined || secret.at >= made.at + knowsKeysAfter) return [];
    const before = vault.current.slice(0, i).findLast(({ partition }) => partition === secret.partition);
    const held = before && changeOf(app, before.value);
    const isDead = arm.changes.some(
      ({ uniqueId, keyType, at }) =>
        uniqueId === held?.uniqueId && keyType === held.keyType && at > held.at && at <= secret.at,
    );
    return isDead ? [] : [`the key of ${secret.rotationId} became the current one before it worked`];
  });
}
