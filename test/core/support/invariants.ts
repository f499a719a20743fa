import type { AccountRecord } from '../../../src/core/account-record.ts';
import { toMilliseconds } from '../../../src/core/time.ts';
import type { FakeApp } from '../../fakes/app.ts';
import { DAY } from '../../fakes/app.ts';
import { rotationIdOf } from '../../fakes/rows.ts';
import type { Row } from '../../fakes/table-client.ts';

/** Every breach of the design's invariants in a world that has come to rest. */
export function breachesOf(app: FakeApp): string[] {
  return [
    ...app.breaches,
    ...regeneratedTwice(app),
    ...untold(app),
    ...falseEvents(app),
    ...leftOpen(app),
    ...postedAfterNo(app),
    ...changedAfterNo(app),
    ...keyInUseRegenerated(app),
  ];
}

/** Invariant 1. */
function regeneratedTwice(app: FakeApp): string[] {
  const ids = app.arm.changes.map(({ rotationId }) => rotationId);
  return ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `${id} regenerated a key twice`);
}

/** Invariant 2. */
function untold(app: FakeApp): string[] {
  const told = new Set(app.topic.accepted.map(({ event }) => event.id));
  return app.arm.changes
    .filter(({ rotationId }) => rotationId === undefined || !told.has(rotationId))
    .map(({ rotationId }) => `${rotationId} regenerated a key of which nobody was told`);
}

/** Events tell the truth: the rotation changed a key, and the key has changed at that time; or it did not. */
function falseEvents(app: FakeApp): string[] {
  return app.topic.accepted.flatMap(({ event }) => {
    const { rotationId } = event.data;
    const changes = app.arm.changes.filter((change) => change.rotationId === rotationId);
    if (event.type === 'KeyRotationFailed')
      return changes.length === 0 ? [] : [`${rotationId} regenerated a key, and was told to have failed`];
    const { keyType, keyLastUpdated } = event.data;
    const known = app.arm.changes.some(
      (change) => change.keyType === keyType && change.lastUpdated === keyLastUpdated,
    );
    return changes.length > 0 && known ? [] : [`${rotationId} did not change a key, as was told`];
  });
}

/** Invariant 5, and that everything comes to its end. */
function leftOpen(app: FakeApp): string[] {
  const rows = app.rows();
  return [
    ...rows.filter(isOpen).map(({ rowKey, state }) => `${rotationIdOf(rowKey)} is still ${state}`),
    ...rows.filter(({ rowKey }) => rowKey === 'lock').map(() => 'a lock was left'),
    ...rows.filter(({ rowKey }) => rowKey.startsWith('open-')).map(({ rowKey }) => `${rowKey} was left`),
    ...(app.queue.open() > 0 ? ['a message was left'] : []),
    ...rows
      .filter(({ record }) => typeof record === 'string' && recordOf(record).untold.length > 0)
      .map(() => 'an account is left with an event that nobody was told of'),
  ];
}

function isOpen({ rowKey, state, told }: Row): boolean {
  return rowKey.startsWith('rotation-') && state !== undefined && state !== 'completed' && told !== true;
}

function recordOf(record: string): AccountRecord {
  return JSON.parse(record) as AccountRecord;
}

/** Nothing is sent for a rotation of HTTP by anyone but a request that waits for it. */
function postedAfterNo(app: FakeApp): string[] {
  const triggers = new Map(app.rows().map((row) => [rotationIdOf(row.rowKey), row.trigger]));
  return app.arm.posts.flatMap(({ rotationId = '', actor, sentAt }) => {
    const own = app.requests.find((request) => request.actor === actor);
    if (triggers.get(rotationId) === 'http' && own === undefined)
      return [`a POST was sent for ${rotationId} with nobody waiting`];
    if (own?.endedAt !== undefined && own.endedAt < sentAt)
      return [`a POST was sent for ${rotationId} after its request was answered`];
    return [];
  });
}

/** Who is told that nothing was regenerated finds no key changed for it, unless he asks again. */
function changedAfterNo(app: FakeApp): string[] {
  return app.requests.flatMap(({ result, id, actor, endedAt = 0 }) => {
    if (result === undefined || result.kind === 'threw' || result.kind === 'rotation') return [];
    const change = app.arm.changes.find(({ rotationId }) => rotationId === result.rotationId);
    if (result.kind === 'keys')
      return change === undefined ? [`${result.rotationId} was answered with keys, but changed none`] : [];
    if (result.rotationId === undefined || change === undefined) return [];
    if (result.failure.code === 'OutcomeUnknown' || result.failure.code === 'RotationInProgress') return [];
    const again = app.requests.some(
      (other) => other.actor !== actor && other.id !== undefined && other.id === id,
    );
    if (again || result.failure.code === 'Unreachable') return [];
    return [`${result.rotationId} was answered with ${result.failure.code} at ${endedAt}, but changed a key`];
  });
}

/** Clocks of instances differ by up to ten minutes each way, and a rotation takes a while. */
const TOLERANCE = 0.05 * DAY;

const OVERLAP = 7 * DAY;

/** Invariant 3: rotations by the policy alone leave the key in use alone, and both keys of an account apart. */
function keyInUseRegenerated(app: FakeApp): string[] {
  const reasons = new Map(app.rows().map((row) => [rotationIdOf(row.rowKey), row]));
  return app.arm.changes.flatMap(({ rotationId = '', partition, keyType, at }) => {
    if (reasons.get(rotationId)?.trigger !== 'timer') return [];
    const before = app.arm.changes.filter((change) => change.partition === partition && change.at < at);
    const newest = before.at(-1);
    const breaches: string[] = [];
    if (newest !== undefined && newest.at > at - OVERLAP + TOLERANCE) {
      breaches.push(`${rotationId} regenerated a key within the overlap of the other one`);
    }
    const told = app.topic.accepted
      .filter(({ event, at: when }) => event.type === 'KeyRegenerated' && when < at)
      .filter(({ event }) => before.some(({ rotationId: id }) => id === event.id))
      .map(({ event }) => event)
      .sort((a, b) => (toMilliseconds(a.time) ?? 0) - (toMilliseconds(b.time) ?? 0));
    if (told.at(-1)?.data.keyType === keyType) breaches.push(`${rotationId} regenerated the key in use`);
    return breaches;
  });
}
