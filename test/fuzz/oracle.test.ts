import { expect, test } from 'vitest';
import type { Answer, Change, History, Post, RowWrite, SeenEvent } from './history.ts';
import { judge } from './oracle.ts';
import { createSuspects } from './suspects.ts';

const ACCOUNT = '/subscriptions/s/resourcegroups/g/providers/microsoft.maps/accounts/a';
const ROTATION = '01a222d1-a865-77ed-bfdb-9e5b3cd7b42f';
const FIRST_KEYS = {
  primary: 'LocalMapsKeyFirstP1'.padEnd(84, 'a7'),
  secondary: 'LocalMapsKeyFirstS1'.padEnd(84, 'b8'),
};
const NEW_KEY = 'LocalMapsKeyX9dW2kQpLm0ZrT5vB7nC3sHf8gJ1';
const CHANGED_AT = '2026-11-28T15:41:35.8984321Z';
const LATER = '2026-11-28T15:41:36.1000000Z';

test('finds nothing in the history of a rotation as it should be', () => {
  expect(kinds(history())).toEqual([]);
});

test('finds a key that was regenerated twice for one rotation', () => {
  const again: Post = { ...post(1030), changed: true };
  const second = change({ at: 1031, time: LATER, newKey: `${NEW_KEY}2`, post: 1 });

  const found = kinds(
    history({ posts: [post(1010), again], changes: [...firstKeys(), change({ post: 0 }), second] }),
  );

  expect(found).toContain('regenerated twice');
});

test('finds a POST for which no row was saved', () => {
  expect(kinds(history({ writes: [write(1200, 'regenerated')] }))).toContain('POST without a row');
});

test('finds an event that never came, and one of a change that never was', () => {
  expect(kinds(history({ events: [] }))).toEqual(['change not told', 'present key not told']);
  expect(kinds(history({ events: [event({}), event({ id: 'x', keyLastUpdated: LATER })] }))).toEqual([
    'false event',
  ]);
});

test('takes a change by hand that came between the reading and the send for what it must look like to the app', () => {
  const readAt = (at: number) => ({ posts: [], answers: [], readings: [{ at, accountId: ACCOUNT }] });
  const changedAt = (at: number) => ({ changes: [...firstKeys(), change({ by: 'outside', at })] });

  expect(kinds(history({ ...readAt(950), ...changedAt(1010) }))).toEqual([]);
  expect(kinds(history({ ...readAt(850), ...changedAt(900) }))).toEqual([]);
  expect(kinds(history({ ...readAt(950), ...changedAt(850) }))).toEqual(['false event']);
});

test('lets who was told that nothing is done send the request again, and the same rotation go on', () => {
  const told = answer({ at: 800, endedAt: 950, status: 503, code: 'Timeout', message: 'No key was.' });
  const { keys: _, ...refused } = { ...told, requestId: 'r' };
  const again = answer({ requestId: 'r' });

  expect(kinds(history({ answers: [refused, again] }))).toEqual([]);
  expect(kinds(history({ answers: [refused] }))).toContain('said nothing was done');
});

test('asks less of rotations beyond what is assumed, but not that an id stands for two changes', () => {
  const beyond = [{ from: 900, to: 2000, why: 'a host was frozen' }];
  const second = change({ at: 1031, time: LATER, newKey: `${NEW_KEY}2`, post: 1 });
  const twice = {
    beyond,
    posts: [post(1010), post(1030)],
    changes: [...firstKeys(), change({ post: 0 }), second],
  };

  expect(kinds(history({ ...twice, answers: [], events: [event({ keyLastUpdated: LATER })] }))).toEqual([]);
  expect(kinds(history({ ...twice, events: [event({}), event({ keyLastUpdated: LATER })] }))).toEqual([
    'one id for two changes',
  ]);
  expect(kinds(history({ ...twice, answers: [], events: [event({})] }))).toEqual(['present key not told']);
});

test('finds one id for two changes, and one change under two ids', () => {
  const twoTimes = [event({}), event({ keyLastUpdated: LATER })];
  const byHand = change({ at: 1300, time: LATER, by: 'outside', newKey: `${NEW_KEY}2` });
  const changes = [...firstKeys(), change({ post: 0 }), byHand];

  expect(kinds(history({ events: twoTimes, changes }))).toContain('one id for two changes');
  expect(kinds(history({ events: [event({}), event({ id: 'other' })] }))).toContain(
    'one change under two ids',
  );
});

test('finds a key that the policy should have left alone', () => {
  const before = event({ id: 'before', at: 900, keyLastUpdated: new Date(800).toISOString() });
  const byHand = change({
    at: 800,
    by: 'outside',
    time: new Date(800).toISOString(),
    newKey: 'LocalMapsKeyHand',
  });
  const writes = [write(1000, 'started', true), write(1100, 'completed')].map((one) => ({
    ...one,
    trigger: 'timer',
    command: 'rotate',
  }));
  const changes = [...firstKeys(), byHand, change({ post: 0 })];

  const found = kinds(history({ writes, changes, events: [before, event({})], answers: [] }));

  expect(found).toEqual(['false event', 'key in use regenerated', 'overlap broken']);
});

test('finds two rotations of an account at a time', () => {
  const other = { ...write(1005, 'started'), rotationId: 'other' };

  expect(
    kinds(history({ writes: [write(1000, 'started', true), other, write(2000, 'completed')] })),
  ).toContain('two at a time');
});

test('finds a lock that was left', () => {
  const left = [{ kind: 'lock', accountId: ACCOUNT, text: 'the account is still locked' }] as const;

  expect(kinds(history({ left }))).toEqual(['lock left']);
});

test.each([
  ['as it stands', `{"message":"The key ${NEW_KEY} is new"}`],
  ['in a piece', `code=${NEW_KEY.slice(14, 30)}`],
  [
    'in a message of the queue',
    `<MessageText>${Buffer.from(JSON.stringify({ key: NEW_KEY })).toString('base64')}</MessageText>`,
  ],
])('finds a key outside, %s', (_, text) => {
  const suspects = createSuspects();
  suspects.add('a log', text);

  expect(kinds(history({ suspects: suspects.list() }))).toEqual(['key outside']);
});

test('finds answers that are not true', () => {
  const { keys: _, ...failed } = answer({ status: 503, code: 'Timeout', message: 'No key was regenerated.' });
  const { rotationId: __, ...vague } = { ...failed, code: 'StorageUnavailable', requestId: 'r' };
  const { rotationId: ___, ...unknown } = { ...failed, code: 'OutcomeUnknown' };
  const old = answer({ keys: FIRST_KEYS });
  const requests = [{ at: 1000, requestId: 'r', rotationId: ROTATION }];

  expect(kinds(history({ answers: [failed] }))).toEqual(['said nothing was done']);
  expect(kinds(history({ answers: [vague], requests }))).toEqual(['done, and not told']);
  expect(kinds(history({ answers: [unknown] }))).toContain('no rotation id');
  expect(kinds(history({ answers: [{ ...old, at: 1012 }] }))).toContain('old key');
  expect(kinds(history({ answers: [{ ...old, at: 5000, endedAt: 5100 }] }))).toContain('wrong key');
  expect(kinds(history({ answers: [answer({ endedAt: 90_000 })] }))).toEqual(['request hung']);
});

test('finds a repeated request that was done twice, and a POST for somebody who has the answer', () => {
  const other = '01a222d1-a865-77ed-bfdb-000000000000';
  const writes = [
    ...goodWrites(),
    ...[write(1300, 'started', true), write(1400, 'completed')].map((one) => ({ ...one, rotationId: other })),
  ];
  const changes = [
    ...firstKeys(),
    change({ post: 0 }),
    change({ at: 1310, time: LATER, newKey: `${NEW_KEY}2`, post: 1 }),
  ];
  const requests = [ROTATION, other].map((rotationId) => ({ at: 1000, requestId: 'r', rotationId }));
  const asked = answer({ requestId: 'r' });

  const found = kinds(
    history({ writes, changes, requests, posts: [post(1010), post(1310)], answers: [asked] }),
  );

  expect(found).toContain('repeat not joined');
  expect(found).toContain('POST after the answer');
});

function kinds(given: History): string[] {
  return judge(given).map(({ kind }) => kind);
}

/** One order for the primary key, sent, done, told and answered within a second. */
function history(changed: Partial<History> = {}): History {
  return {
    settings: { overlapMs: 5000, answerWithinMs: 15_000, runWithinMs: 60_000 },
    changes: [...firstKeys(), change({ post: 0 })],
    posts: [post(1010)],
    readings: [{ at: 950, accountId: ACCOUNT }],
    writes: goodWrites(),
    requests: [],
    events: [event({})],
    answers: [answer({})],
    ...{ runs: [], known: new Map([[ACCOUNT, 500]]), beyond: [], disturbances: [], left: [], suspects: [] },
    ...changed,
  };
}

function firstKeys(): Change[] {
  return (['primary', 'secondary'] as const).map((keyType) => ({
    ...change({ at: 0, by: 'seed', time: '2026-01-01T00:00:00Z', newKey: FIRST_KEYS[keyType] }),
    keyType,
  }));
}

function change(given: Partial<Change>): Change {
  const made = { accountId: ACCOUNT, keyType: 'primary', by: 'request', newKey: NEW_KEY } as const;
  return { at: 1020, time: CHANGED_AT, ...made, ...given };
}

function post(at: number): Post {
  return { at, accountId: ACCOUNT, keyType: 'primary', changed: true, endedAt: at + 10, status: 200 };
}

function goodWrites(): RowWrite[] {
  return [write(1000, 'started', true), write(1030, 'regenerated'), write(1100, 'completed')];
}

function write(at: number, state: string, sending = false): RowWrite {
  const about = { rotationId: ROTATION, accountId: ACCOUNT, keyType: 'primary' } as const;
  const rest = { trigger: 'http', command: 'regenerate', told: state === 'completed', attempt: 0 };
  return { at, ...about, ...rest, state, sending };
}

function event(given: Partial<SeenEvent>): SeenEvent {
  const about = { accountId: ACCOUNT, keyType: 'primary', trigger: 'http' } as const;
  return { at: 1060, id: ROTATION, type: 'KeyRegenerated', keyLastUpdated: CHANGED_AT, ...about, ...given };
}

function answer(given: Partial<Answer>): Answer {
  const asked = { host: 'A', accountId: ACCOUNT, route: 'regenerateKey', keyType: 'primary' } as const;
  const keys = { primary: NEW_KEY, secondary: FIRST_KEYS.secondary };
  return { at: 990, endedAt: 1200, ...asked, status: 200, rotationId: ROTATION, keys, ...given };
}
