import { type Facts, groupBy, type RotationFacts, readBefore } from './facts.ts';
import type { Answer, Change, History } from './history.ts';
import type { Finding } from './oracle.ts';

/** Times by different hooks differ a little. */
const SLACK_MS = 50;

/** Invariant 8: what an answer says of a key is true when it is sent, and stays true. */
export function judgeAnswers(facts: Facts): Finding[] {
  const { answers } = facts.history;
  return [
    ...answers.flatMap((answer) => judgeAnswer(answer, facts)),
    ...repeatsJoin(facts),
    ...runsEnd(facts),
    ...[...facts.rotations.values()].flatMap(nothingAfterAnswer),
  ];
}

function judgeAnswer(answer: Answer, facts: Facts): Finding[] {
  const wrong = (kind: string, text: string): Finding => {
    const { accountId, rotationId, at, route, status, code = '' } = answer;
    const what = `${route} answered ${status} ${code}: ${text}`;
    return { kind, text: what, accountId, at, ...(rotationId !== undefined && { rotationId }) };
  };
  const took = answer.endedAt - answer.at;
  const findings: Finding[] = [];
  if (took > facts.history.settings.answerWithinMs + frozenMs(answer, facts)) {
    findings.push(wrong('request hung', `after ${Math.round(took)} ms`));
  }
  if (answer.code === 'OutcomeUnknown' && answer.rotationId === undefined) {
    findings.push(wrong('no rotation id', 'nobody can follow it'));
  }
  const own = facts.rotationsOf(answer);
  if (answer.keys !== undefined) findings.push(...keysReal(answer, own, facts, wrong));
  if (answer.status < 400 || own.some(({ isBeyond }) => isBeyond)) return findings;
  const done = own.find(({ changes }) => changes.some((change) => !isForRepeat(change, answer, facts)));
  if (done !== undefined && saysNothingDone(answer)) {
    const kind = hasTwin(answer, facts) ? 'said nothing was done, beside a twin' : 'said nothing was done';
    findings.push(wrong(kind, `rotation ${done.id} changed the key`));
  }
  // What an earlier try began is not known while storage can't be read.
  const begun = own.filter(({ first }) => answer.at <= first.at && first.at <= answer.endedAt);
  if (isVague(answer) && answer.rotationId === undefined && begun.length > 0 && !hasTwin(answer, facts)) {
    const changed = begun.some(({ changes }) => changes.length > 0);
    const text = `rotation ${begun[0]?.id} had begun${changed ? ', and changed the key' : ''}`;
    findings.push(wrong(changed ? 'done, and not told' : 'vague answer', text));
  }
  return findings;
}

function runsEnd(facts: Facts): Finding[] {
  const { runs, settings } = facts.history;
  return runs
    .filter((run) => run.endedAt - run.at > settings.runWithinMs + frozenMs(run, facts))
    .map(({ name, host, at, endedAt }) => {
      const text = `${name} on ${host}, for ${Math.round((endedAt - at) / 1000)} s`;
      return { kind: 'timer hung', text, at };
    });
}

/** A host that stands still answers later by as much. */
function frozenMs({ at, endedAt }: Pick<Answer, 'at' | 'endedAt'>, { history }: Facts): number {
  return history.disturbances
    .filter((one) => /frozen|stood still/.test(one.kind) && one.at >= at - 10_000 && one.at <= endedAt)
    .reduce((sum, { text }) => sum + Number(/(\d+) ms/.exec(text)?.[1] ?? 0), 0);
}

/** Who is told to send the request again, and does, may find that it goes on with the same rotation. */
function isForRepeat({ at }: Change, answer: Answer, { history }: Facts): boolean {
  return history.answers.some(
    (later) =>
      later.requestId !== undefined &&
      later.requestId === answer.requestId &&
      later.at > answer.endedAt &&
      later.at <= at &&
      at <= later.endedAt + SLACK_MS,
  );
}

/** Whether the same request was under way a second time, so that one answer may not know of the other. */
function hasTwin(answer: Answer, { history }: Facts): boolean {
  const { requestId } = answer;
  return history.answers.some(
    (other) =>
      other !== answer &&
      other.requestId !== undefined &&
      other.requestId === requestId &&
      other.at <= answer.endedAt &&
      answer.at <= other.endedAt,
  );
}

function isVague({ code }: Answer): boolean {
  return code === 'StorageUnavailable' || code === 'InternalError';
}

function saysNothingDone(answer: Answer): boolean {
  if (isVague(answer) || answer.code === 'OutcomeUnknown' || answer.code === 'RotationInProgress')
    return false;
  return !/^The key was regenerated|another one with the same id/.test(answer.message ?? '');
}

/** Each key was the account's own at some moment of the request, and the one asked for is no older than its rotation. */
function keysReal(
  { at, endedAt, accountId, keys, keyType }: Answer,
  own: readonly RotationFacts[],
  { history }: Facts,
  wrong: (kind: string, text: string) => Finding,
): Finding[] {
  const findings: Finding[] = [];
  for (const type of ['primary', 'secondary'] as const) {
    const lives = history.changes.filter((one) => one.accountId === accountId && one.keyType === type);
    const index = lives.findIndex(({ newKey }) => newKey === keys?.[type]);
    const life = lives[index];
    const diedAt = lives[index + 1]?.at ?? Number.POSITIVE_INFINITY;
    if (life === undefined || life.at > endedAt + SLACK_MS || diedAt < at - SLACK_MS) {
      findings.push(wrong('wrong key', `the ${type} key was none of the account's in that time`));
    } else if (type === keyType) findings.push(...isOfRotation(life, own, history, wrong));
  }
  return findings;
}

function isOfRotation(
  given: Change,
  own: readonly RotationFacts[],
  history: History,
  wrong: (kind: string, text: string) => Finding,
): Finding[] {
  const made = own.flatMap(({ changes }) => changes);
  if (made.some(({ at }) => at <= given.at)) return [];
  // What others changed in the meantime can't be told from what the rotation did.
  const isOthers = given.by === 'outside' && own.some(({ first }) => readBefore(history, first) <= given.at);
  return isOthers ? [] : [wrong('old key', 'it gives a key that the rotation did not make')];
}

/** However often a request is repeated, the key is regenerated once for it. */
function repeatsJoin({ history, rotations }: Facts): Finding[] {
  return [...groupBy(history.requests, ({ requestId }) => requestId)].flatMap(([requestId, rows]) => {
    const own = [...new Set(rows.map(({ rotationId }) => rotationId))].flatMap(
      (id) => rotations.get(id) ?? [],
    );
    const done = own.filter(({ changes }) => changes.length > 0);
    const [first] = done;
    if (first === undefined || done.length < 2 || own.some(({ isBeyond }) => isBeyond)) return [];
    const text = `request ${requestId} made ${done.length} changes: ${done.map(({ id }) => id).join(', ')}`;
    return [
      {
        kind: 'repeat not joined',
        text,
        accountId: first.first.accountId,
        rotationId: first.id,
        at: first.first.at,
      },
    ];
  });
}

/** Nothing is sent to ARM for somebody who has his answer, or got none. */
function nothingAfterAnswer({ id, first, posts, answers, isBeyond }: RotationFacts): Finding[] {
  if (first.trigger !== 'http' || isBeyond || answers.length === 0) return [];
  const late = posts.filter(
    ({ at }) => !answers.some((answer) => answer.at <= at && at <= answer.endedAt + SLACK_MS),
  );
  return late.map(({ at }) => {
    const text = `${Math.round(at - Math.max(...answers.map(({ endedAt }) => endedAt)))} ms after the last answer`;
    return { kind: 'POST after the answer', text, accountId: first.accountId, rotationId: id, at };
  });
}
