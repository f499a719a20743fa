import { judgeAnswers } from './answers.ts';
import {
  type Facts,
  groupBy,
  type RotationFacts,
  readBefore,
  relate,
  SLACK_MS,
  touchesBeyond,
} from './facts.ts';
import type { Change, History, SeenEvent } from './history.ts';
import { PIECE } from './suspects.ts';

/** A promise that was broken. */
export interface Finding {
  readonly kind: string;
  readonly text: string;
  readonly accountId?: string;
  readonly rotationId?: string;
  /** Around when to look. */
  readonly at?: number;
}

/** Holds what happened against what is promised (docs/architecture.md, What always holds). */
export function judge(history: History): Finding[] {
  const facts = relate(history);
  return [
    ...regeneratedOnce(facts),
    ...everyChangeTold(facts),
    ...eventsTrue(facts),
    ...policyKept(facts),
    ...oneAtATime(facts),
    ...nothingLeft(history),
    ...noKeyOutside(history),
    ...judgeAnswers(facts),
  ];
}

/** Invariant 1: for one rotation a key is regenerated at most once, and never before its row says so. */
function regeneratedOnce({ rotations, strayPosts }: Facts): Finding[] {
  const twice = [...rotations.values()].filter(({ changes, isBeyond }) => changes.length > 1 && !isBeyond);
  return [
    ...twice.map((rotation) =>
      about(rotation, 'regenerated twice', `${rotation.changes.length} changes for one rotation`),
    ),
    ...strayPosts.map(({ accountId, keyType, at }) => ({
      kind: 'POST without a row',
      text: `of the ${keyType} key; no saved rotation says that it is about to be sent`,
      ...{ accountId, at },
    })),
  ];
}

/** Invariant 2: each change that Azure made for us is told with the rotation's id; the last of others, at a reading. */
function everyChangeTold({ rotations, history }: Facts): Finding[] {
  const findings: Finding[] = [];
  for (const rotation of rotations.values()) {
    if (rotation.isBeyond || rotation.changes.length === 0) continue;
    if (rotation.events.length === 0) findings.push(about(rotation, 'change not told', 'it has no event'));
    if (rotation.failedEvents.length > 0) {
      findings.push(about(rotation, 'false failure', 'KeyRotationFailed, and the key was regenerated'));
    }
  }
  const told = new Set(history.events.map(({ keyLastUpdated }) => keyLastUpdated));
  for (const [, changes] of groupBy(history.changes, keyOf)) {
    const last = changes.at(-1);
    if (last === undefined || last.by === 'seed' || told.has(last.time)) continue;
    if (last.by === 'outside' && !(last.at > (history.known.get(last.accountId) ?? last.at))) continue;
    const text = `the present ${last.keyType} key, of ${last.time}, by ${last.by}, has no event`;
    findings.push({ kind: 'present key not told', text, accountId: last.accountId, at: last.at });
  }
  return findings;
}

/** No event without its change, no id for two changes, and no change under two ids. */
function eventsTrue(facts: Facts): Finding[] {
  const { history } = facts;
  const regenerated = history.events.filter(({ type }) => type === 'KeyRegenerated');
  const findings: Finding[] = [];
  for (const [id, events] of groupBy(regenerated, (event) => event.id)) {
    const [event] = events;
    const times = new Set(events.map(({ keyLastUpdated }) => keyLastUpdated));
    if (event === undefined) continue;
    const where = { accountId: event.accountId, rotationId: id, at: event.at };
    if (times.size > 1) {
      findings.push({ kind: 'one id for two changes', text: [...times].join(' and '), ...where });
    }
    const wrong = falsehood(event, facts);
    if (wrong !== undefined) findings.push({ kind: 'false event', text: wrong, ...where });
  }
  for (const [time, events] of groupBy(regenerated, timeOf)) {
    const ids = [...new Set(events.map(({ id }) => id))];
    const [event] = events;
    if (ids.length === 1 || event === undefined || isBeyondEvent(event, facts)) continue;
    const where = { accountId: event.accountId, rotationId: ids[0] ?? '', at: event.at };
    findings.push({ kind: 'one change under two ids', text: `${time}: ${ids.join(', ')}`, ...where });
  }
  return findings;
}

function isBeyondEvent({ accountId, at }: SeenEvent, { history }: Facts): boolean {
  return touchesBeyond(history, accountId, at - 10_000, at);
}

function timeOf({ accountId, keyType, keyLastUpdated }: SeenEvent): string {
  return `${accountId} ${keyType} ${keyLastUpdated}`;
}

/** A key that others changed since it was read, before or beside a POST, can't be told from one that the POST changed. */
function falsehood(event: SeenEvent, { history, rotations }: Facts): string | undefined {
  const rotation = rotations.get(event.id);
  const change = history.changes.find(
    (one) =>
      one.accountId === event.accountId && one.keyType === event.keyType && one.time === event.keyLastUpdated,
  );
  if (change === undefined || change.by === 'seed') return `no key was changed at ${event.keyLastUpdated}`;
  if (rotation === undefined) return 'it has the id of no rotation';
  if (rotation.isBeyond || rotation.changes.includes(change)) return undefined;
  if (change.by === 'request') {
    const maker = [...rotations.values()].find(({ changes }) => changes.includes(change));
    return maker?.isBeyond ? undefined : `rotation ${maker?.id} made the change (trigger ${event.trigger})`;
  }
  if (event.trigger === 'observed') return undefined;
  const isSinceReading = readBefore(history, rotation.first) <= change.at + SLACK_MS;
  return isSinceReading ? undefined : 'others changed the key before the rotation read it';
}

/** The `Date` of services, by which the overlap is counted, has whole seconds. */
const DATE_MS = 1000;

/** Invariant 3: the policy leaves alone the key in use, and all keys within the overlap. */
function policyKept({ rotations, history }: Facts): Finding[] {
  const findings: Finding[] = [];
  for (const rotation of rotations.values()) {
    const { first, changes, isBeyond } = rotation;
    if (first.command !== 'rotate' || first.trigger === 'observed' || isBeyond || changes.length === 0)
      continue;
    const before = history.events.filter(
      ({ type, accountId, at }) =>
        type === 'KeyRegenerated' && accountId === first.accountId && at < first.at,
    );
    const newest = before.toSorted((a, b) => milliseconds(a) - milliseconds(b)).at(-1);
    if (newest === undefined) continue;
    if (newest.keyType === first.keyType) {
      findings.push(about(rotation, 'key in use regenerated', `the ${first.keyType} key was told of last`));
    }
    const since = first.at - Math.max(milliseconds(newest), ...firstAcceptances(before));
    if (first.trigger === 'timer' && since < history.settings.overlapMs - DATE_MS) {
      findings.push(about(rotation, 'overlap broken', `${Math.round(since)} ms after the event before`));
    }
  }
  return findings;
}

function firstAcceptances(events: readonly SeenEvent[]): number[] {
  return [...groupBy(events, ({ id }) => id).values()].map((same) => same[0]?.at ?? 0);
}

function milliseconds({ keyLastUpdated }: SeenEvent): number {
  return Date.parse(keyLastUpdated ?? '') || 0;
}

/** How far the order in which answers of storage are seen may differ from that of their effects. */
const ORDER_MS = 100;

/** Invariant 4: at most one rotation of an account is between started and regenerated. */
function oneAtATime({ rotations }: Facts): Finding[] {
  const started = [...rotations.values()].filter(({ first }) => first.state === 'started');
  const findings: Finding[] = [];
  for (const [, own] of groupBy(started, ({ first }) => first.accountId)) {
    const sorted = own.toSorted((a, b) => a.first.at - b.first.at);
    for (const [i, rotation] of sorted.entries()) {
      const previous = sorted[i - 1];
      const freed = previous?.writes.find(({ state }) => state !== 'started')?.at ?? Number.POSITIVE_INFINITY;
      if (previous === undefined || freed <= rotation.first.at + ORDER_MS) continue;
      findings.push(about(rotation, 'two at a time', `${previous.id} was still started`));
    }
  }
  return findings;
}

/** Invariant 5: no lock, and nothing else, outlives its reason. */
function nothingLeft({ left }: History): Finding[] {
  return left.map(({ kind, ...rest }) => ({ kind: `${kind} left`, ...rest }));
}

/** Invariant 6: no key, and no piece of one, outside of the answers that have keys. */
function noKeyOutside({ suspects, changes }: History): Finding[] {
  const owners = new Map<string, Change>();
  for (const change of changes) {
    for (const piece of pieces(change.newKey)) owners.set(piece, change);
  }
  return suspects.flatMap(({ where, word }) => {
    const owner = pieces(word)
      .map((piece) => owners.get(piece))
      .find((found) => found !== undefined);
    if (owner === undefined) return [];
    const text = `${where} has a piece of the ${owner.keyType} key of ${owner.time}`;
    return [{ kind: 'key outside', text, accountId: owner.accountId, at: owner.at }];
  });
}

function pieces(word: string): string[] {
  return Array.from({ length: word.length - PIECE + 1 }, (_, i) => word.slice(i, i + PIECE));
}

function keyOf({ accountId, keyType }: Change): string {
  return `${accountId} ${keyType}`;
}

export function about({ id, first }: RotationFacts, kind: string, text: string): Finding {
  return { kind, text, accountId: first.accountId, rotationId: id, at: first.at };
}
