import { toRotationAnswer } from '../../../src/app/request/read-rotations.ts';
import type { AccountRecord } from '../../../src/core/rotation/account-record.ts';
import type { FakeApp, HttpRequest, HttpResult } from '../../fakes/app.ts';
import { DAY } from '../../fakes/app.ts';
import { rotationIdOf } from '../../fakes/rows.ts';
import type { Row } from '../../fakes/table-client.ts';
import { breachesOfEvents } from './event-invariants.ts';
import { breachesOfPolicy } from './policy-invariants.ts';
import { isConfusable, lifeOf, mayBeUnseen } from './told-changes.ts';

/** Every breach of the design's invariants in a world that has come to rest. */
export function breachesOf(app: FakeApp): string[] {
  return [
    ...app.breaches,
    ...regeneratedTwice(app),
    ...sentBesideAnother(app),
    ...repeatedTwice(app),
    ...breachesOfEvents(app),
    ...breachesOfPolicy(app),
    ...leftOpen(app),
    ...postedAfterNo(app),
    ...changedAfterNo(app),
    ...answeredWithOldKeys(app),
    ...leaked(app),
  ];
}

/** Invariant 1. A change that ARM makes later than it is assumed to can't be told from none beforehand. */
function regeneratedTwice(app: FakeApp): string[] {
  const ids = app.arm.changes.flatMap(({ rotationId, late }) =>
    rotationId === undefined || late ? [] : [rotationId],
  );
  return ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `${id} regenerated a key twice`);
}

/** Of one account no POST leaves while another one may still be carried out, as far as ARM is as quick as assumed. */
function sentBesideAnother({ arm }: FakeApp): string[] {
  return arm.posts.flatMap((post, i) => {
    if (post.uniqueId === undefined) return [];
    const open = arm.posts
      .slice(0, i)
      .find(({ uniqueId, settledBy }) => uniqueId === post.uniqueId && settledBy > post.sentAt + 1e-6);
    return open === undefined
      ? []
      : [`a POST for ${post.rotationId} was sent while one for ${open.rotationId} was not settled`];
  });
}

/** One `Repeatability-Request-ID` regenerates one key, within the day for which it holds. */
function repeatedTwice(app: FakeApp): string[] {
  const changed = [...app.rotations.values()].flatMap((rotation) => {
    const request = app.requests.find(({ actor }) => actor === rotation.actor);
    const change = app.arm.changes.find(
      ({ rotationId, late }) => rotationId === rotation.rotationId && !late,
    );
    const isRepeatable = request?.repeatability === true && request.id !== undefined && change !== undefined;
    return isRepeatable ? [{ ...rotation, id: request.id }] : [];
  });
  return changed.flatMap((one, i) =>
    changed
      .slice(i + 1)
      .filter(
        (other) =>
          other.id === one.id &&
          other.uniqueId === one.uniqueId &&
          other.accountId === one.accountId &&
          other.keyType === one.keyType &&
          Math.abs(other.at - one.at) < 0.95 * DAY,
      )
      .map((other) => `${one.rotationId} and ${other.rotationId} regenerated the key of one request`),
  );
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
  return app.arm.posts.flatMap(({ rotationId = '', actor, sentAt }) => {
    const own = app.requests.find((request) => request.actor === actor);
    if (app.rotations.get(rotationId)?.trigger === 'http' && own === undefined)
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
    const { rotationId = '' } = result;
    const change = app.arm.changes.find((each) => each.rotationId === rotationId);
    if (result.kind === 'keys')
      return change === undefined && !isConfusable(app, rotationId)
        ? [`${rotationId} was answered with keys, but changed none`]
        : [];
    if (change === undefined) return [];
    const { code, message } = result.failure;
    if (code === 'OutcomeUnknown' || code === 'RotationInProgress') return [];
    // What ARM does later than it is assumed to nobody can rule out: so nobody may promise it either.
    if (change.late)
      return /none will be/i.test(message)
        ? [`${rotationId} was answered with ${code} and the promise that no key will change; one did late`]
        : [];
    if (mayBeUnseen(app, change) || lifeOf(app, change)?.deletedAt !== undefined) return [];
    const again = app.requests.some(
      (other) => other.actor !== actor && other.id !== undefined && other.id === id,
    );
    if (again || code === 'Unreachable') return [];
    return [`${rotationId} was answered with ${code} at ${endedAt}, but changed a key`];
  });
}

/** Invariant 8: the key that an answer has is the one that its rotation made, or one that took its place. */
function answeredWithOldKeys(app: FakeApp): string[] {
  return app.requests.flatMap(({ result }: HttpRequest) => {
    if (result?.kind !== 'keys') return [];
    const change = app.arm.changes.find(({ rotationId }) => rotationId === result.rotationId);
    const life = change && lifeOf(app, change);
    if (change === undefined || life?.deletedAt !== undefined) return [];
    const versions = life?.keys[change.keyType].map(({ value }) => value) ?? [];
    const { primaryKey, secondaryKey } = result.keys;
    const answered = (change.keyType === 'primary' ? primaryKey : secondaryKey).reveal();
    if (versions.indexOf(answered) >= versions.indexOf(change.value)) return [];
    return change.late ? [] : [`${result.rotationId} was answered with a key that it had replaced`];
  });
}

/** As a caller sees it. */
function answerOf(result: HttpResult | undefined): unknown {
  return result?.kind === 'rotation' ? toRotationAnswer(result.rotation) : (result ?? null);
}

/** Invariant 6: neither keys nor their digests are anywhere that anyone reads. */
function leaked({ secrecy, topic, requests, lines, queue }: FakeApp): string[] {
  return [
    ...new Set(secrecy.breaches),
    ...secrecy.leaks(
      'an event',
      topic.accepted.map(({ event }) => JSON.stringify(event)),
    ),
    ...secrecy.leaks(
      'an answer',
      requests.map(({ result }) => JSON.stringify(answerOf(result))),
    ),
    ...secrecy.leaks('the log', lines),
    ...secrecy.leaks('a message', queue.sent),
  ];
}
