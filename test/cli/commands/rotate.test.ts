import { stripVTControlCharacters } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import {
  accountIdOf,
  planned,
  rotated,
  type StubAnswer,
  type StubApp,
  startStubApp,
} from '../support/stub-app.ts';
import { atTerminal, type TerminalOptions } from '../support/terminal.ts';

let app: StubApp | undefined;
afterEach(() => app?.close());

async function rotate(
  words: readonly string[],
  answers: readonly StubAnswer[],
  options: TerminalOptions = {},
) {
  app = await startStubApp(...answers);
  return atTerminal(['rotate', '--app', app.url, ...words], options);
}

const posts = () => app?.requests.filter(({ method }) => method === 'POST') ?? [];
const page = (...value: object[]): StubAnswer => ({ body: { value } });
const DUE = planned('map', { decision: 'rotate', code: 'due', dueAt: '2026-11-20T00:00:00Z' });
const DONE: StubAnswer = { body: rotated('map') };

describe('the question', () => {
  test('comes after the row of the plan, and names the key and what stops working', async () => {
    const { code, err, questions } = await rotate(['map'], [page(DUE), DONE], { answer: 'y', width: 100 });

    const told = stripVTControlCharacters(err);
    expect(code).toBe(0);
    expect(told).toMatch(/^map +rotate: due +secondary +2026-11-20/m);
    expect(told).toContain(accountIdOf('map'));
    expect(told).toContain('The secondary key is replaced: whatever still uses its old value is refused');
    expect(told).toContain('The primary key goes on working.');
    expect(questions).toStrictEqual(['Rotate the secondary key of map? [y/N] ']);
    expect(posts()).toHaveLength(1);
  });

  test.each(['', 'n', 'no', 'map', 'yess'])('%j is no, and nothing is sent', async (answer) => {
    const { code, err } = await rotate(['map'], [page(DUE), DONE], { answer });

    expect(code).toBe(3);
    expect(err).toContain('Nothing was rotated.');
    expect(posts()).toHaveLength(0);
  });

  test.each<[string, object, readonly string[], string]>([
    ['not due', { decision: 'not-due' }, [], 'With --force it would rotate it.'],
    ['within the overlap', { decision: 'blocked', code: 'Overlap' }, [], 'With --force it would rotate it.'],
    ['skipped', { decision: 'skip', code: 'Disabled' }, ['--force'], 'the app refuses that now.\n'],
    [
      'waiting for its event',
      { decision: 'blocked', code: 'EventPending' },
      ['--force'],
      'refuses that now.\n',
    ],
  ])('says of an account that is %s that it will be refused', async (_name, more, words, says) => {
    const row = planned('map', more);

    const { err, questions } = await rotate(['map', ...words], [page(row), DONE], { answer: 'n' });

    expect(err).toContain(says);
    expect(questions).toStrictEqual(['Ask the app to rotate map all the same? [y/N] ']);
  });

  test('with --force is of the key, also before it is due', async () => {
    const { questions } = await rotate(['map', '--force'], [page(planned('map')), DONE], { answer: 'y' });

    expect(questions).toStrictEqual(['Rotate the secondary key of map? [y/N] ']);
    expect(posts()[0]?.path).toBe(`/api${accountIdOf('map')}/rotate?force=true`);
  });

  test('names no key where the plan does not', async () => {
    const row = planned('map', { decision: 'unread', keyType: undefined });

    const { err, questions } = await rotate(['map'], [page(row), DONE], { answer: 'y' });

    expect(err).toContain('The key that is not in use is replaced');
    expect(questions).toStrictEqual(['Rotate the key that is not in use of map? [y/N] ']);
  });

  test('is asked of nobody where nobody is there', async () => {
    const { code, err } = await rotate(['map'], [page(DUE), DONE]);

    expect(code).toBe(2);
    expect(err).toContain('--yes');
    expect(app?.requests).toHaveLength(0);
  });

  test('is not asked with --yes, and the plan is not read', async () => {
    const { code, questions } = await rotate([accountIdOf('map'), '-y'], [DONE], { answer: 'n' });

    expect([code, questions]).toStrictEqual([0, []]);
    expect(app?.requests.map(({ method }) => method)).toStrictEqual(['POST']);
  });

  test('interrupted there, nothing is sent', async () => {
    const interruption = new AbortController();
    const answer = () => {
      interruption.abort();
      return '';
    };

    const { code } = await rotate(['map'], [page(DUE), DONE], { answer, signal: interruption.signal });

    expect(code).toBe(130);
    expect(posts()).toHaveLength(0);
  });
});

describe('the account', () => {
  test('by a name that two have is wrong usage, and both are named', async () => {
    const twin = { ...DUE, accountId: accountIdOf('map', 'rg-other') };

    const { code, err } = await rotate(['map', '-y'], [page(DUE, twin), DONE]);

    expect(code).toBe(2);
    expect(err).toContain(accountIdOf('map'));
    expect(err).toContain(accountIdOf('map', 'rg-other'));
    expect(posts()).toHaveLength(0);
  });

  test('that the plan does not have is not rotated', async () => {
    const { code, err } = await rotate([accountIdOf('other')], [page(DUE), DONE], { answer: 'y' });

    expect(code).toBe(1);
    expect(err).toContain('ROTATION_SCOPES');
    expect(posts()).toHaveLength(0);
  });

  test.each([[[]], [['/subscriptions/x', '-y']], [['a b', '-y']], [['a', 'b', '-y']]])(
    '%j is wrong usage',
    async (words) => {
      const { code } = await rotate(words, [page(DUE), DONE]);

      expect(code).toBe(2);
      expect(posts()).toHaveLength(0);
    },
  );

  test('with letters of other languages in its group gets to the app whole', async () => {
    await rotate([accountIdOf('map', 'rg-Zürich(1)'), '-y'], [DONE]);

    expect(decodeURI(posts()[0]?.path ?? '')).toBe(`/api${accountIdOf('map', 'rg-Zürich(1)')}/rotate`);
  });
});

describe('after the request', () => {
  const begun: StubAnswer = { body: rotated('map', { state: 'regenerated' }) };

  test('the rotation is followed until it is over', async () => {
    const { code, out, err } = await rotate([accountIdOf('map'), '-y'], [begun, begun, DONE]);

    expect(code).toBe(0);
    expect(err).toBe('map  secondary  regenerated\nmap  secondary  completed\n');
    expect(out).toContain('The secondary key of map is regenerated, and its consumers are told');
  });

  test('with --no-wait it is not', async () => {
    const { code, out } = await rotate([accountIdOf('map'), '-y', '--no-wait'], [begun]);

    expect(code).toBe(0);
    expect(app?.requests).toHaveLength(1);
    expect(out).toContain(`maps-key-rotation watch 01a2138c-2881-7403-ac1f-38b7f65c1457 --app ${app?.url}`);
  });

  test('a rotation that fails after all ends with 1 and its reason', async () => {
    const error = { code: 'AuthorizationFailed', message: 'No role.' };
    const failed = { body: rotated('map', { state: 'failed', error }) };

    const human = await rotate([accountIdOf('map'), '-y'], [begun, failed]);
    await app?.close();
    const json = await rotate([accountIdOf('map'), '-y', '--json'], [begun, failed]);

    expect(human.code).toBe(1);
    expect(human.err).toContain('AuthorizationFailed: No role.');
    expect(json.code).toBe(1);
    expect(JSON.parse(json.out)).toMatchObject({ state: 'failed', error });
  });

  test('a key that Azure Maps refused is told of', async () => {
    const { code, out } = await rotate(
      [accountIdOf('map'), '-y'],
      [{ body: rotated('map', { verified: false }) }],
    );

    expect(code).toBe(0);
    expect(out).toContain('Azure Maps refused the new key');
  });

  test('where the time is up, it says how to follow it', async () => {
    const { code, out, err } = await rotate([accountIdOf('map'), '-y', '--timeout', '1', '--json'], [begun]);

    expect(code).toBe(6);
    expect(err).toContain('maps-key-rotation watch 01a2138c-2881-7403-ac1f-38b7f65c1457');
    expect(JSON.parse(out)).toMatchObject({
      error: { code: 'TimeIsUp' },
      exitCode: 6,
      next: expect.stringContaining('watch 01a2138c-2881-7403-ac1f-38b7f65c1457'),
    });
  });

  test('nothing that the app says is carried out by the terminal', async () => {
    const body = rotated('map', { rotationId: 'a\x1b[2J', keyType: '\x9b2J', accountId: '\x07' });

    const { out, err } = await rotate([accountIdOf('map'), '-y'], [{ body }]);

    expect(out + err).not.toMatch(/[^\n\P{C}]/u);
  });

  test('a request id that this program did not make is wrong usage', async () => {
    const id = '21a9967a-e8a9-4656-a70b-96ff1c4d05a0';

    expect((await rotate([accountIdOf('map'), '--request-id', id], [DONE])).code).toBe(2);
  });
});
