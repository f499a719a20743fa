import { describe, expect, test } from 'vitest';
import { TIMINGS } from '../../../src/core/rotation/timings.ts';
import type { FakeApp } from '../../fakes/app.ts';
import { createFakeApp, DAY } from '../../fakes/app.ts';
import type { PlannedFault, PostFault } from '../../fakes/faults.ts';
import type { TimeStyle } from '../../fakes/key-times.ts';
import { TIME_STYLES } from '../../fakes/key-times.ts';
import { breachesOf } from '../support/invariants.ts';
import { ACCOUNTS, quiesce } from '../support/simulation.ts';

const [account] = ACCOUNTS;
const ORDER = { account, keyType: 'primary', requestIds: {} } as const;

function appWith(faults: readonly PlannedFault[], style: TimeStyle = 'exact', lag = 0): FakeApp {
  const app = createFakeApp({ faults });
  app.arm.add(
    account,
    { primary: 100 * DAY, secondary: 100 * DAY },
    { style, lag, tags: { 'key-rotation-in-use': 'primary' } },
  );
  return app;
}

function posts(fault: PostFault, ...numbers: number[]): PlannedFault[] {
  return numbers.map((nth) => ({ operation: 'post', nth, fault }));
}

const told = (app: FakeApp) => app.topic.accepted.map(({ event }) => `${event.type} ${event.data.keyType}`);

/** Carried out without an answer, by an order and by the timer. */
const WAYS = [
  ['an order', (app: FakeApp) => app.regenerate(ORDER)],
  ['the timer', (app: FakeApp) => app.runTimer()],
] as const;

describe.each(TIME_STYLES)('ARM-16, ARM-19: where ARM writes times in the style %s', (style) => {
  test.each(WAYS)('a key whose regeneration had no answer is regenerated once (%s)', async (_, ask) => {
    const app = appWith(posts({ kind: 'time-out', carryOut: 0.3 }, 0, 1, 2), style);

    ask(app);
    await quiesce(app);

    expect(app.arm.changes).toHaveLength(1);
    expect(told(app).filter((event) => event.startsWith('KeyRegenerated'))).toHaveLength(1);
    expect(breachesOf(app)).toEqual([]);
  });

  test.each(WAYS)('nothing is taken for regenerated that was not (%s)', async (_, ask) => {
    const app = appWith(posts({ kind: 'drop' }, 0), style);

    ask(app);
    await app.world.run(300);

    const { changes } = app.arm;
    expect(app.topic.accepted.filter(({ event }) => event.type === 'KeyRegenerated')).toHaveLength(
      changes.length,
    );
  });

  test('ARM-12, ARM-15: no key counts as changed by others, however late its readings show a change', async () => {
    const app = appWith([], style, 2.5);

    app.regenerate(ORDER);
    await app.world.run(3);
    app.rotate(account, true);
    await app.world.run(6);
    app.regenerate({ ...ORDER, keyType: 'secondary' });
    await quiesce(app);

    const triggers = app.topic.accepted.map(({ event }) => event.data.trigger);
    expect(triggers).not.toContain('observed');
    expect(app.topic.accepted).toHaveLength(app.arm.changes.length);
  });
});

describe('ARM-22: a change that comes after it was settled', () => {
  test.each(WAYS)('is announced by itself (%s)', async (_, ask) => {
    const app = appWith(posts({ kind: 'time-out', lateBy: 30 }, 0));

    ask(app);
    await app.world.run(900);

    const events = app.topic.accepted.filter(({ event }) => event.type === 'KeyRegenerated');
    const { changes } = app.arm;
    expect(changes.some(({ late }) => late)).toBe(true);
    expect(events).toHaveLength(changes.length);
    expect(events.map(({ event }) => event.id)).toContain(changes[0]?.rotationId);
  });

  test('and is looked for until the doubt is over, then no more', async () => {
    const app = appWith(posts({ kind: 'time-out' }, 0));
    app.regenerate(ORDER);
    await app.world.run(300);
    const isOpen = () => app.rows().some(({ looksLeft }) => looksLeft !== undefined && looksLeft !== 0);
    expect(isOpen()).toBe(true);

    await quiesce(app);
    await app.world.run(app.world.now() + 2 * TIMINGS.lateLooks.reduce((sum, pause) => sum + pause, 0));

    expect(isOpen()).toBe(false);
    expect(app.rows().filter(({ rowKey }) => rowKey.startsWith('open-'))).toEqual([]);
  });

  test('never has the event of another one: two changes of one rotation have two ids', async () => {
    const app = appWith([
      ...posts({ kind: 'server-error', lateBy: 400 }, 0),
      ...posts({ kind: 'drop', carryOut: 0.5 }, 1),
    ]);

    app.runTimer();
    await quiesce(app);

    const ids = app.topic.accepted.map(({ event }) => event.id);
    expect(app.arm.changes).toHaveLength(2);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(2);
  });

  test('a caller is not promised that no key will change where one may', async () => {
    const app = appWith(posts({ kind: 'time-out' }, 0));

    app.regenerate(ORDER);
    await quiesce(app);

    const [result] = app.requests.map((request) => request.result);
    expect(JSON.stringify(result)).toContain('Should Azure carry it out after all');
    expect(JSON.stringify(result)).not.toContain('none will be');
  });
});

test.each([
  ['ahead as they should be', { kind: 'right' }],
  ['where they stood', { kind: 'stood' }],
  ['set back', { kind: 'off', seconds: -48 }],
] as const)(
  'CLK-02: a machine that was suspended before it sends, with its clocks %s, sends nothing',
  async (_, thaw) => {
    const app = createFakeApp({
      skews: [0, 0],
      faults: [{ operation: 'post', nth: 0, fault: { kind: 'suspend', seconds: 48, thaw } }],
    });
    app.arm.add(account, { primary: 100 * DAY, secondary: 100 * DAY });

    app.runTimer();
    await quiesce(app);

    const ids = app.topic.accepted.map(({ event }) => event.id);
    expect(app.arm.changes).toHaveLength(1);
    expect(new Set(ids).size).toBe(ids.length);
    expect(breachesOf(app)).toEqual([]);
  },
);

test('EVT-07: the first trouble of an event is not paid for with the waits of what went wrong before', async () => {
  const refused: PostFault = { kind: 'refuse', status: 409 };
  const app = createFakeApp({ faults: posts(refused, 0, 1, 2, 3, 4, 5), topicRefusesUntil: 0 });
  app.arm.add(account, { primary: 100 * DAY, secondary: 100 * DAY });
  app.runTimer();
  await app.world.run(3 * 3600, () => app.arm.changes.length > 0);
  const changedAt = app.world.now();
  app.plan([{ operation: 'publish', nth: 0, fault: { kind: 'fail', done: false } }]);

  await quiesce(app);

  const [event] = app.topic.accepted;
  expect((event?.at ?? 0) - changedAt).toBeLessThan(2 * TIMINGS.firstBackoff);
});
