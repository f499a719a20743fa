import { accountPartition, parseAccountId } from '../../../src/core/account/account.ts';
import type { RotationEvent } from '../../../src/core/rotation/events.ts';
import type { FakeApp } from '../../fakes/app.ts';
import { instantOf } from '../../fakes/key-times.ts';
import type { Change } from '../../fakes/maps.ts';
import type { Life } from '../../fakes/maps-accounts.ts';

export type Regenerated = Extract<RotationEvent, { type: 'KeyRegenerated' }>;

export interface Told {
  readonly event: Regenerated;
  readonly at: number;
  /** The changes that it can be of: of that account, key and time, and before it; the newest last. */
  readonly changes: readonly Change[];
}

export function toldOf({ topic, arm }: FakeApp): Told[] {
  return topic.accepted.flatMap(({ event, at }) => {
    if (event.type !== 'KeyRegenerated') return [];
    const changes = arm.changes.filter((change) => change.at <= at && isOf(event, change, arm.lives));
    return [{ event, at, changes }];
  });
}

function isOf({ data }: Regenerated, change: Change, lives: readonly Life[]): boolean {
  if (change.keyType !== data.keyType) return false;
  if (instantOf(change.lastUpdated) !== instantOf(data.keyLastUpdated)) return false;
  const account = parseAccountId(data.accountId);
  const life = lives.find(({ uniqueId }) => uniqueId === change.uniqueId);
  if (account === undefined || life === undefined) return false;
  return life.addresses.some(({ partition }) => partition === accountPartition(account));
}

export function lifeOf({ arm }: FakeApp, { uniqueId }: { uniqueId: string | undefined }): Life | undefined {
  return arm.lives.find((life) => life.uniqueId === uniqueId);
}

/** The changes of the same key that came after one. */
export function changesAfter({ arm }: FakeApp, change: Change): Change[] {
  const others = arm.changes.slice(arm.changes.indexOf(change) + 1);
  return others.filter(({ uniqueId, keyType }) => uniqueId === change.uniqueId && keyType === change.keyType);
}

/** Whether a change came from outside of the protocol: by others, or later than ARM is assumed to be. */
export function isStray({ rotationId, late }: Change): boolean {
  return rotationId === undefined || late;
}

/** Whether a reading could have shown it: a stray change takes another one's place, or is overtaken, unseen. */
export function mayBeUnseen(app: FakeApp, change: Change): boolean {
  const later = changesAfter(app, change);
  return later.some(isStray) || (isStray(change) && later.length > 0);
}

/** Whether nobody can tell a rotation's own change from another one of the same key. */
export function isConfusable(app: FakeApp, rotationId: string): boolean {
  const rotation = app.rotations.get(rotationId);
  if (rotation === undefined) return false;
  const { uniqueId, keyType, at } = rotation;
  const isAround = (other: { uniqueId: string | undefined; keyType: string }) =>
    other.uniqueId === uniqueId && other.keyType === keyType;
  // A rotation of the account's former life looks at the new one.
  if (lifeOf(app, rotation)?.deletedAt !== undefined) return true;
  const others = app.arm.changes.filter((change) => isAround(change) && change.rotationId !== rotationId);
  if (others.some((change) => isStray(change) && change.at >= at - BEFORE_THE_START)) return true;
  // Its own change came so late that another rotation of the key had begun.
  const own = app.arm.changes.find((change) => change.rotationId === rotationId);
  return (
    own?.late === true &&
    [...app.rotations.values()].some(
      (other) =>
        isAround(other) && other.rotationId !== rotationId && other.at >= at - OVER && other.at <= own.at,
    )
  );
}

/** How old the reading can be on which a rotation begins: a process may have stood still since. */
const BEFORE_THE_START = 3600;

/** How long before a rotation an earlier one can have ended in doubt about the same key. */
const OVER = 86_400;

/** Gives each item a partner of its own where that is possible; what is left has none. */
export function withoutPartner<T, U>(items: readonly T[], partnersOf: (item: T) => readonly U[]): T[] {
  const taken = new Map<U, T>();
  const find = (item: T, tried: Set<U>): boolean =>
    partnersOf(item).some((partner) => {
      if (tried.has(partner)) return false;
      tried.add(partner);
      const holder = taken.get(partner);
      if (holder !== undefined && !find(holder, tried)) return false;
      taken.set(partner, item);
      return true;
    });
  return items.filter((item) => !find(item, new Set()));
}
