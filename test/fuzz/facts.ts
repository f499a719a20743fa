import type { Answer, Change, History, Post, RowWrite, SeenEvent } from './history.ts';

/** All that belongs to one rotation. */
export interface RotationFacts {
  readonly id: string;
  readonly first: RowWrite;
  readonly last: RowWrite;
  readonly writes: readonly RowWrite[];
  readonly posts: readonly Post[];
  /** What its POSTs changed. */
  readonly changes: readonly Change[];
  /** Its `KeyRegenerated`, each time that the topic accepted it. */
  readonly events: readonly SeenEvent[];
  readonly failedEvents: readonly SeenEvent[];
  /** The requests that it was done for, as far as that is plain. */
  readonly answers: readonly Answer[];
  /** It met what was assumed not to happen. */
  readonly isBeyond: boolean;
}

export interface Facts {
  readonly history: History;
  readonly rotations: ReadonlyMap<string, RotationFacts>;
  /** POSTs for which no row was saved before. */
  readonly strayPosts: readonly Post[];
  /** The rotations that an answer is about. */
  rotationsOf(answer: Answer): readonly RotationFacts[];
}

/** Says what belongs together. */
export function relate(history: History): Facts {
  const owners = history.posts.map((post) => ownerOf(history, post));
  const written = groupBy(history.writes, ({ rotationId }) => rotationId);
  const told = groupBy(history.events, ({ id }) => id);
  const owned = groupBy(
    history.posts.map((post, i) => ({ post, owner: owners[i] ?? '' })),
    ({ owner }) => owner,
  );
  const changed = groupBy(
    history.changes.filter(({ post }) => post !== undefined),
    ({ post = -1 }) => owners[post] ?? '',
  );
  const asked = linkAnswers(history, written);
  const rotations = new Map<string, RotationFacts>();
  for (const [id, writes] of written) {
    const [first] = writes;
    const last = writes.at(-1);
    if (first === undefined || last === undefined) continue;
    const parts = {
      posts: (owned.get(id) ?? []).map(({ post }) => post),
      changes: changed.get(id) ?? [],
      events: told.get(id) ?? [],
      failedEvents: told.get(`${id}/failed`) ?? [],
      answers: history.answers.filter((answer) => asked.get(answer)?.includes(id)),
    };
    const isBeyond = touchesBeyond(history, first.accountId, first.at, last.at);
    rotations.set(id, { id, first, last, writes, ...parts, isBeyond });
  }
  return {
    history,
    rotations,
    strayPosts: history.posts.filter((_, i) => owners[i] === undefined),
    rotationsOf: (answer) => (asked.get(answer) ?? []).flatMap((id) => rotations.get(id) ?? []),
  };
}

/** Clocks of hooks differ by the time that a callback waits. */
export const SLACK_MS = 20;

/** The rotation that had said last that it was about to send a POST for this key. */
function ownerOf({ writes }: History, post: Post): string | undefined {
  const before = writes.filter(
    ({ accountId, keyType, sending, at }) =>
      sending && accountId === post.accountId && keyType === post.keyType && at <= post.at + SLACK_MS,
  );
  return before.at(-1)?.rotationId;
}

/** When the keys were last read before the rotation's row was written: whatever changed since looks like its own doing. */
export function readBefore({ readings }: History, { accountId, at }: RowWrite): number {
  return readings.findLast((one) => one.accountId === accountId && one.at <= at)?.at ?? at;
}

/** By the header, by the row of the request's id, or because nothing else can have started it. */
function linkAnswers(history: History, written: ReadonlyMap<string, RowWrite[]>): Map<Answer, string[]> {
  const byRequest = groupBy(history.requests, ({ requestId }) => requestId);
  const ordered = [...written.values()].flatMap(([first]) => (first?.trigger === 'http' ? [first] : []));
  const named = new Set(history.requests.map(({ rotationId }) => rotationId));
  return new Map(
    history.answers.map((answer) => {
      const { rotationId, requestId, code } = answer;
      const own = code === 'RotationInProgress' ? undefined : rotationId;
      if (requestId !== undefined) {
        const rows = (byRequest.get(requestId) ?? []).filter(({ at }) => at <= answer.endedAt + SLACK_MS);
        return [answer, [...new Set([...rows.map((row) => row.rotationId), ...(own ? [own] : [])])]];
      }
      if (own !== undefined) return [answer, [own]];
      const possible = ordered.filter((first) => !named.has(first.rotationId) && couldStart(answer, first));
      const rivals = history.answers.filter(
        (other) => other !== answer && other.requestId === undefined && isBeside(other, answer),
      );
      return [answer, rivals.length > 0 ? [] : possible.map((first) => first.rotationId)];
    }),
  );
}

function couldStart(answer: Answer, first: RowWrite): boolean {
  const command = answer.route === 'regenerateKey' ? 'regenerate' : 'rotate';
  return first.command === command && first.accountId === answer.accountId && isWithin(answer, first.at);
}

function isBeside(other: Answer, answer: Answer): boolean {
  return other.accountId === answer.accountId && other.at <= answer.endedAt && answer.at <= other.endedAt;
}

function isWithin({ at, endedAt }: Answer, time: number): boolean {
  return at <= time && time <= endedAt + SLACK_MS;
}

export function touchesBeyond({ beyond }: History, accountId: string, from: number, to: number): boolean {
  return beyond.some(
    (one) => (one.accountId === undefined || one.accountId === accountId) && one.from <= to && from <= one.to,
  );
}

export function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group === undefined) groups.set(key(item), [item]);
    else group.push(item);
  }
  return groups;
}
