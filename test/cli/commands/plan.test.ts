import { stripVTControlCharacters } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { accountIdOf, planned, type StubAnswer, type StubApp, startStubApp } from '../support/stub-app.ts';
import { atTerminal } from '../support/terminal.ts';

const DAY = 86_400_000;
const inDays = (days: number) => new Date(Date.now() + days * DAY + 60_000).toISOString();

const OFF = planned('off', { decision: 'skip', code: 'Disabled', reason: 'Rotation is not enabled.' });
const WRONG = planned('wrong', { decision: 'skip', code: 'Misconfigured', reason: 'The tag is wrong.' });
const LATE = planned('late', {
  ...{ decision: 'blocked', code: 'EventPending', overdue: true, dueAt: inDays(-30) },
  ...{ olderKeyAgeDays: 120.4, newerKeyAgeDays: 8.25, maxAgeDays: 90 },
});
const DUE = planned('due', { decision: 'rotate', code: 'due', dueAt: inDays(-2) });
const LATER = planned('later', { dueAt: inDays(20) });
const SOON = planned('soon', { dueAt: inDays(3) });
const STUCK = planned('stuck', { decision: 'running', code: 'Unreachable', reason: 'Event Grid is away.' });

const TIMER = { timer: 'rotateDueAccounts', lastRunAt: inDays(-1), ageSeconds: 3 * 3600, counts: {} };
const page = (...value: object[]): StubAnswer => ({ body: { value, timers: [TIMER] } });

let app: StubApp | undefined;
afterEach(() => app?.close());

async function plan(words: readonly string[], answers: readonly StubAnswer[], width?: number) {
  app = await startStubApp(...answers);
  const options = width === undefined ? {} : { width };
  return atTerminal(['plan', '--app', app.url, ...words], options);
}

/** The first words of the lines of the table. */
const accountsOf = (out: string) =>
  (stripVTControlCharacters(out).split('\n\n')[0] ?? '')
    .split('\n')
    .slice(1)
    .map((line) => line.split(' ')[0]);

describe('the table', () => {
  test('has the worst first', async () => {
    const { out, code } = await plan([], [page(OFF, LATER, DUE, WRONG, SOON, STUCK, LATE)]);

    expect(code).toBe(0);
    expect(accountsOf(out)).toStrictEqual(['late', 'stuck', 'wrong', 'due', 'soon', 'later', 'off']);
  });

  test('says when an account is due, how old its keys are, and why', async () => {
    const { out } = await plan([], [page(LATE)]);

    expect(out).toMatch(
      /^late +blocked: EventPending, overdue +secondary +\d{4}-\d\d-\d\d \(30 d ago\) +120\/8\.3 of 90 d$/m,
    );
  });

  test('LIST-07, KEY-06, ARM-14: says what was tried, what nobody knows, and in which state an account is', async () => {
    const old = planned('old', {
      ...{ decision: 'rotate', code: 'age-unknown', unknownAges: ['primary', 'secondary'] },
      reason: 'Age unknown: no time.',
    });
    const sick = { decision: 'unread', code: 'Timeout', failedTry: 'Timeout', reason: 'It was tried once.' };
    const broken = planned('broken', { provisioningState: 'Failed', newerKeyAgeDays: 8 });

    const { out } = await plan([], [page(broken, old, planned('sick', sick))]);

    expect(accountsOf(out)).toStrictEqual(['sick', 'old', 'broken']);
    expect(out).toMatch(/^sick +unread: Timeout .*It was tried once\.$/m);
    expect(out).toMatch(/^old +rotate: age-unknown +\w* +age unknown +Age unknown: no time\.$/m);
    expect(out).toMatch(/^broken .*Its provisioning state is Failed\.$/m);
    expect(out).not.toMatch(/\b(0001|1970)\b/);
  });

  test('takes the timers of an app that names the time of their last run in another way', async () => {
    const { lastRunAt: lastRun, ...timer } = TIMER;
    const body = { value: [LATE], timers: [{ ...timer, lastRun }] };

    const { out, code } = await plan([], [{ body }]);

    expect(code).toBe(0);
    expect(out).toContain('The timer ran 3 h ago.');
  });

  test('ends with how many there are of each kind, and when the timer ran', async () => {
    const { out } = await plan([], [page(LATE, DUE, SOON, LATER)]);

    expect(out).toMatch(
      /\n\n4 accounts: 1 overdue, 1 blocked, 1 rotate, 2 not-due\. The timer ran 3 h ago\.\n$/,
    );
  });

  test('tells accounts of one name apart', async () => {
    const twin = { ...planned('map'), accountId: accountIdOf('map', 'rg-other') };

    const { out } = await plan([], [page(planned('map'), twin)]);

    expect(out).toContain('map (rg-maps, 21a9967a-e8a9-4656-a70b-96ff1c4d05a0)');
    expect(out).toContain('map (rg-other, 21a9967a-e8a9-4656-a70b-96ff1c4d05a0)');
  });

  test('is painted on a terminal alone', async () => {
    const shown = await plan([], [page(LATE)], 120);
    await app?.close();
    const piped = await plan([], [page(LATE)]);

    expect(shown.out).toContain('\x1b[31m');
    expect(piped.out).not.toContain('\x1b');
  });

  test('carries out nothing that a name or a reason says to the terminal', async () => {
    const evil = planned('\x1b[2J\u202eevil', {
      decision: '\x9b2J',
      code: '\x07',
      reason: 'a\nb\x1b]0;x\x07',
    });

    const { out, err } = await plan([], [page(evil)]);

    expect(out + err).not.toMatch(/[^\n\P{C}]/u);
  });

  test('says so where there is no account', async () => {
    expect((await plan([], [page()])).out).toBe('0 accounts. The timer ran 3 h ago.\n');
  });
});

test('on a terminal the progress is shown, and wiped away', async () => {
  const more = { body: { value: [DUE], nextLink: 'https://app/api/rotations/plan?skipToken=a' } };

  const { err } = await plan([], [more, page(SOON)], 80);

  expect(err).toContain('Reading the plan: 1 account …');
  expect(err).toContain('Reading the plan: 2 accounts …');
  expect(err.endsWith('\r\x1b[2K')).toBe(true);
});

describe('filters', () => {
  test.each<[string, readonly string[], readonly string[]]>([
    ['--due', ['--due'], ['due']],
    ['--overdue', ['--overdue'], ['late']],
    ['both', ['--due', '--overdue'], ['late', 'due']],
    ['a name in any case', ['--account', 'SOON'], ['soon']],
    ['an ARM id in any case', ['--account', accountIdOf('due').toUpperCase()], ['due']],
    ['a name that is nobody’s', ['--account', 'nobody'], []],
  ])('%s', async (_name, words, names) => {
    const { out } = await plan([...words, '--json'], [page(OFF, SOON, DUE, LATE)]);

    const { value } = JSON.parse(out) as { value: { accountId: string }[] };
    expect(value.map(({ accountId }) => accountId)).toStrictEqual(names.map((name) => accountIdOf(name)));
  });
});

describe('a scope that could not be listed', () => {
  const scope = '/subscriptions/21a9967a-e8a9-4656-a70b-96ff1c4d05a1';
  const failed = { scope, code: 'AuthorizationFailed', message: 'No role.' };
  const answer = { body: { value: [SOON], errors: [failed], timers: [] } };

  test('comes first, and the command ends with 1', async () => {
    const { out, code } = await plan(['--due'], [answer]);

    expect(code).toBe(1);
    expect(out).toMatch(new RegExp(`^Not listed: ${scope}: AuthorizationFailed: No role\\.\n`));
    expect(out).toContain('The timer has not run yet.');
  });

  test('is in the JSON and in the CSV', async () => {
    const json = await plan(['--json'], [answer]);
    await app?.close();
    const csv = await plan(['--csv'], [answer]);

    expect(JSON.parse(json.out)).toMatchObject({ value: [{ decision: 'not-due' }], errors: [failed] });
    expect(csv.out).toContain(`\n${scope},failed,AuthorizationFailed,No role.,`);
  });
});

test('CSV has one line an account, and no cell begins a formula', async () => {
  const formula = planned('formula', { decision: 'skip', reason: '=cmd()' });

  const { out } = await plan(['--csv'], [page(formula, SOON)]);

  const [header, ...lines] = out.trim().split('\n');
  expect(header).toMatch(/^accountId,decision,code,reason,keyType,/);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toContain(",'=cmd(),");
  expect(lines[1]).toContain(',false,');
});

test('JSON passes on what this program does not know', async () => {
  const { out } = await plan(['--json'], [page({ ...SOON, ofTheFuture: { a: 1 } })]);

  expect(JSON.parse(out)).toMatchObject({ value: [{ ofTheFuture: { a: 1 } }], timers: [TIMER] });
});

test('--json and --csv together are wrong usage', async () => {
  expect((await plan(['--csv', '--json'], [page()])).code).toBe(2);
});
