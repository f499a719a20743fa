import type { FakeApp } from '../../fakes/app.ts';
import { instantOf } from '../../fakes/key-times.ts';
import type { Change } from '../../fakes/maps.ts';
import type { Told } from './told-changes.ts';
import { isConfusable, lifeOf, mayBeUnseen, toldOf, withoutPartner } from './told-changes.ts';

/** Whether consumers were told of each change, and of none that was not. */
export function breachesOfEvents(app: FakeApp): string[] {
  const told = toldOf(app);
  return [...untold(app, told), ...falseEvents(app, told), ...idOfTwoChanges(told), ...toldToHaveFailed(app)];
}

/** Changes that ARM made for the app and that nobody has been told of. */
export function untoldChanges(app: FakeApp): Change[] {
  return missing(app, toldOf(app));
}

/** Invariant 2: each change is told of, the first one of a rotation by its own id, and any other by another one. */
function untold(app: FakeApp, told: readonly Told[]): string[] {
  return missing(app, told).map(({ rotationId, keyType, uniqueId, at, late }) => {
    const account = `${uniqueId}${wasMoved(app, uniqueId) ? ', which was moved,' : ''}`;
    return `${rotationId} regenerated the ${keyType} key of ${account}${late ? ' late' : ''} at ${at}, and nobody was told`;
  });
}

function missing(app: FakeApp, told: readonly Told[]): Change[] {
  const ids = new Map(told.map((each) => [each.event.id, each]));
  const required = app.arm.changes.filter(
    (change) =>
      change.rotationId !== undefined &&
      lifeOf(app, change)?.deletedAt === undefined &&
      !mayBeUnseen(app, change),
  );
  return withoutPartner(required, (change) =>
    [...ids.values()].filter(
      (each) => each.changes.includes(change) && isRightId(app, change, each.event.id),
    ),
  );
}

function isRightId(app: FakeApp, change: Change, id: string): boolean {
  const { rotationId = '' } = change;
  if (isConfusable(app, rotationId)) return true;
  const own = app.arm.changes.filter((other) => other.rotationId === rotationId);
  // What was replaced before anyone could read it has no event: then the rotation's own id is that of the next one.
  if (own.some((other) => mayBeUnseen(app, other))) return true;
  const [first] = own;
  return (id === rotationId) === (first === change);
}

function falseEvents(app: FakeApp, told: readonly Told[]): string[] {
  const ids = [...new Map(told.map((each) => [each.event.id, each])).values()];
  const unreal = withoutPartner(ids, ({ changes }) => changes).map(
    ({ event }) =>
      `${event.id} (${event.data.trigger}) tells of a change of the ${event.data.keyType} key that never was, or that another event had told of`,
  );
  const notOwn = ids.flatMap(({ event, changes }) => {
    const { id, data } = event;
    if (data.trigger === 'observed' || isConfusable(app, id)) return [];
    return changes.some(({ rotationId }) => rotationId === id)
      ? []
      : [`${id} did not change the key of which it tells`];
  });
  return [...unreal, ...notOwn];
}

function idOfTwoChanges(told: readonly Told[]): string[] {
  const contents = new Map<string, Set<string>>();
  for (const { event } of told) {
    const { accountId, keyType, keyLastUpdated } = event.data;
    const known = contents.get(event.id) ?? new Set();
    contents.set(event.id, known.add(`${accountId} ${keyType} ${instantOf(keyLastUpdated)}`));
  }
  return [...contents]
    .filter(([, all]) => all.size > 1)
    .map(([id, all]) => `the event ${id} stands for more than one change: ${[...all].join('; ')}`);
}

/** A change that ARM made later than anyone looked was none when the failure was told. */
function toldToHaveFailed(app: FakeApp): string[] {
  return app.topic.accepted.flatMap(({ event }) => {
    if (event.type !== 'KeyRotationFailed') return [];
    const { rotationId } = event.data;
    const change = app.arm.changes.find((each) => each.rotationId === rotationId && !each.late);
    if (change === undefined || mayBeUnseen(app, change)) return [];
    if (lifeOf(app, change)?.deletedAt !== undefined) return [];
    const account = wasMoved(app, change.uniqueId) ? 'an account that was moved' : 'an account';
    return [`${rotationId} regenerated a key of ${account}, and was told to have failed`];
  });
}

function wasMoved(app: FakeApp, uniqueId: string): boolean {
  return (lifeOf(app, { uniqueId })?.addresses.length ?? 0) > 1;
}
