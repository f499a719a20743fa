import type { FakeApp } from '../../fakes/app.ts';
import { DAY } from '../../fakes/app.ts';
import type { Change } from '../../fakes/maps.ts';
import type { Life } from '../../fakes/maps-accounts.ts';
import type { SeenRotation } from '../../fakes/rows.ts';
import type { Told } from './told-changes.ts';
import { isStray, lifeOf, toldOf } from './told-changes.ts';

/** Clocks of instances differ by up to ten minutes each way, and a rotation takes a while. */
const TOLERANCE = 0.05 * DAY;

const OVERLAP = 7 * DAY;

/** How old what a rotation rests on may be: its process may have stood still between the reading and the start. */
const READING = 1200;

/** Invariant 3: the policy leaves the key in use alone, and both keys of an account apart, wherever it is moved. */
export function breachesOfPolicy(app: FakeApp): string[] {
  const told = toldOf(app);
  return app.arm.changes.flatMap((change) => {
    const rotation = app.rotations.get(change.rotationId ?? '');
    const life = lifeOf(app, change);
    if (rotation === undefined || life === undefined || rotation.command !== 'rotate') return [];
    // What a rotation of the account's former life does to the new one is ARM's doing, between the reading and the POST.
    if (rotation.uniqueId !== change.uniqueId) return [];
    return [
      ...withinOverlap(app, told, change, rotation),
      ...inUse(app, told, change, life),
      ...optedOut(change, life, rotation),
    ];
  });
}

function withinOverlap(
  app: FakeApp,
  allTold: readonly Told[],
  { sentAt, uniqueId, keyType }: Change,
  rotation: SeenRotation,
): string[] {
  if (rotation.trigger !== 'timer') return [];
  const before = app.arm.changes.filter(
    (change) =>
      change.uniqueId === uniqueId &&
      change.rotationId !== rotation.rotationId &&
      change.at < sentAt - (isStray(change) ? READING : 0),
  );
  // What others changed is known from when it was told.
  const told = allTold.filter(({ at }) => at < rotation.at);
  const known = before.filter(
    (change) => !isStray(change) || told.some(({ changes }) => changes.includes(change)),
  );
  const tooNew = known.filter(({ at }) => at > sentAt - OVERLAP + TOLERANCE);
  return tooNew.map(
    (other) =>
      `${rotation.rotationId} regenerated the ${keyType} key ${sentAt - other.at} s after the ${other.keyType} key`,
  );
}

function inUse(
  app: FakeApp,
  allTold: readonly Told[],
  { rotationId, sentAt, uniqueId, keyType }: Change,
  life: Life,
): string[] {
  const rotation = `${rotationId}`;
  const start = app.rotations.get(rotation)?.at ?? sentAt;
  const told = allTold
    .filter(({ at, event }) => at < start && event.id !== rotationId)
    .filter(({ changes }) => changes.at(-1)?.uniqueId === uniqueId);
  const byAcceptance = told.at(-1)?.event.data.keyType;
  const madeAt = ({ changes }: Told) => changes.at(-1)?.at ?? 0;
  const byChange = [...told].sort((a, b) => madeAt(a) - madeAt(b)).at(-1)?.event.data.keyType;
  if (byAcceptance !== undefined) {
    const isInUse = byAcceptance === keyType && byChange === keyType;
    return isInUse ? [`${rotation} regenerated the ${keyType} key, which is in use`] : [];
  }
  if (app.arm.changes.some((change) => change.uniqueId === uniqueId && change.at < sentAt)) return [];
  const hints = life.tagged.filter(({ from }) => from <= sentAt);
  const hint = hints.at(-1);
  if (hint === undefined || (hints.length > 1 && hint.from > start - READING)) return [];
  return (hint.tags['key-rotation-in-use'] ?? 'primary') === keyType
    ? [`${rotation} regenerated the ${keyType} key, which is in use by the tag or by convention`]
    : [];
}

function optedOut({ sentAt }: Change, life: Life, { rotationId, trigger }: SeenRotation): string[] {
  const isOut =
    life.tagged.filter(({ from }, i) => from < sentAt - READING || i === 0).at(-1)?.tags['key-rotation'] ===
    'disabled';
  const isOutNow =
    life.tagged.filter(({ from }) => from <= sentAt).at(-1)?.tags['key-rotation'] === 'disabled';
  return trigger === 'timer' && isOut && isOutNow
    ? [`${rotationId} rotated an account that is opted out`]
    : [];
}
