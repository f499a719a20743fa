import { afterEach, describe, expect, test } from 'vitest';
import { planned, rotated, type StubAnswer, type StubApp, startStubApp } from './support/stub-app.ts';
import { atTerminal } from './support/terminal.ts';

/** What terminals obey: escape sequences in both forms, a bell, and changes of the writing direction. */
const EVIL = 'a\x1b[2J\x1b]0;x\x07\x9b2Jb\u202ec\u2066d\u2028e\rf\b';
const OBEYED = /[^\n\P{C}]|[\p{Zl}\p{Zp}]/u;

const evilRotation = rotated('map', {
  ...{ state: EVIL, keyType: EVIL, trigger: EVIL, reason: EVIL, updatedAt: EVIL, accountId: EVIL },
  error: { code: EVIL, message: EVIL, target: EVIL },
});
const evilPlan = {
  ...{ decision: EVIL, code: EVIL, reason: EVIL, keyType: EVIL, dueAt: EVIL, overlapEndsAt: EVIL },
  ...{ rotationId: EVIL, accountId: EVIL },
};
const refusal: StubAnswer = { status: 400, body: { error: { code: EVIL, message: EVIL, target: EVIL } } };
const failed = { ...rotated('map', { state: 'failed' }), error: { code: EVIL, message: EVIL } };
const plan: StubAnswer = {
  body: {
    value: [planned('map', evilPlan)],
    errors: [{ scope: EVIL, code: EVIL, message: EVIL }],
    timers: [{ timer: EVIL, lastRunAt: EVIL, ageSeconds: 1 }],
  },
};

let app: StubApp | undefined;
afterEach(() => app?.close());

describe('SEC-08: nothing that the app answers is obeyed by a terminal', () => {
  test.each<[string, readonly string[], StubAnswer]>([
    ['the plan', ['plan'], plan],
    ['the plan as JSON', ['plan', '--json'], plan],
    ['the plan as CSV', ['plan', '--csv'], plan],
    ['the history', ['history'], { body: { value: [evilRotation] } }],
    ['the history as JSON', ['history', '--json'], { body: { value: [evilRotation] } }],
    ['a refusal of the plan', ['plan'], refusal],
    ['a refusal of the plan, as JSON', ['plan', '--json'], refusal],
    ['a refusal to rotate', ['rotate', 'map', '--yes'], refusal],
    ['a rotation that failed', ['watch', '01a2138c-2881-7403-ac1f-38b7f65c1457'], { body: failed }],
    ['a redirect', ['plan', '--debug'], { status: 302, headers: { location: 'https://x\u009b2J.example/' } }],
    ['an id of the request', ['plan', '--debug'], { ...plan, headers: { 'x-ms-request-id': '\u009b2J' } }],
  ])('%s', async (_what, words, answer) => {
    app = await startStubApp(answer);

    const { out, err } = await atTerminal([...words, '--app', app.url, '--timeout', '5']);

    expect(out + err).not.toBe('');
    expect(out + err).not.toMatch(OBEYED);
  });

  test('a tag starts no formula in the CSV, whatever separates its cells', async () => {
    app = await startStubApp({
      body: { value: [planned('map', { reason: "The tag is ';=HYPERLINK(1)'." })] },
    });

    const { out } = await atTerminal(['plan', '--csv', '--app', app.url]);

    expect(out).toContain("';'=HYPERLINK(1)");
  });
});
