import { stripVTControlCharacters } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { rotated, type StubAnswer, type StubApp, startStubApp } from '../support/stub-app.ts';
import { atTerminal, type TerminalOptions } from '../support/terminal.ts';

const [ONE, TWO, OLD] = [1, 2, 3].map((n) => `01a2138c-2881-7403-ac1f-38b7f65c145${n}`) as [
  string,
  string,
  string,
];
const error = { code: 'Unreachable', message: 'Event Grid is away.' };
const one = (state: string, more = {}) => rotated('map-one', { rotationId: ONE, state, ...more });
const two = (state: string, more = {}) => rotated('map-two', { rotationId: TWO, state, ...more });
const old = rotated('map-old', { rotationId: OLD });
const page = (...value: object[]): StubAnswer => ({ body: { value } });

let app: StubApp | undefined;
afterEach(() => app?.close());

async function watch(
  words: readonly string[],
  answers: readonly StubAnswer[],
  options: TerminalOptions = {},
) {
  app = await startStubApp(...answers);
  return atTerminal(['watch', '--app', app.url, ...words], options);
}

describe('one rotation', () => {
  test('has a line for each change, until it is over', async () => {
    const waiting = { body: one('regenerated', { error }) };

    const { code, out } = await watch(
      [ONE],
      [{ body: one('regenerated') }, waiting, waiting, { body: one('completed') }],
    );

    expect(code).toBe(0);
    expect(out.trim().split('\n')).toStrictEqual([
      `2026-11-25 16:31:22Z  map-one  secondary  regenerated  ${ONE}`,
      `2026-11-25 16:31:22Z  map-one  secondary  regenerated  ${ONE}  Unreachable: Event Grid is away.`,
      `2026-11-25 16:31:22Z  map-one  secondary  regenerated → completed  ${ONE}`,
    ]);
  });

  test('ends with 1 where it failed', async () => {
    const { code, out } = await watch([ONE], [{ body: one('failed', { error }) }]);

    expect(code).toBe(1);
    expect(out).toContain('Unreachable: Event Grid is away.');
  });

  test('that is not there ends with 1', async () => {
    const body = { error: { code: 'RotationNotFound', message: 'There is none.' } };

    expect((await watch([ONE], [{ status: 404, body }])).code).toBe(1);
  });

  test.each([[['abc']], [[ONE, TWO]], [[ONE, '--account', 'map']]])('%j is wrong usage', async (words) => {
    expect((await watch(words, [page()])).code).toBe(2);
  });
});

describe('all in flight', () => {
  test('are followed, with those that begin meanwhile; those that were over before are not shown', async () => {
    const answers = [
      page(one('started'), old),
      page(two('started'), one('regenerated'), old),
      page(two('failed', { error }), one('completed'), old),
    ];

    const { code, out } = await watch(['--json'], answers);

    const seen = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { rotationId: string; state: string });
    expect(code).toBe(1);
    expect(seen.map(({ rotationId, state }) => [rotationId, state])).toStrictEqual([
      [ONE, 'started'],
      [TWO, 'started'],
      [ONE, 'regenerated'],
      [TWO, 'failed'],
      [ONE, 'completed'],
    ]);
  });

  test('one that newer ones pushed out of the page is asked for by its id', async () => {
    const { code } = await watch([], [page(one('started')), page(old), { body: one('completed') }]);

    expect(code).toBe(0);
    expect(app?.requests.map(({ path }) => path)).toStrictEqual([
      '/api/rotations?top=200',
      '/api/rotations?top=50',
      `/api/rotations/${ONE}`,
    ]);
  });

  test('none is no failure', async () => {
    const human = await watch([], [page(old)]);
    await app?.close();
    const json = await watch(['--json'], [page(old)]);

    expect([human.code, human.out]).toStrictEqual([0, 'No rotation is in flight.\n']);
    expect([json.code, json.out]).toStrictEqual([0, '']);
  });
});

describe('on a terminal', () => {
  test('the table is drawn anew in its own place', async () => {
    const { out } = await watch(
      [],
      [page(one('started'), two('started')), page(two('completed'), one('completed'))],
      {
        width: 140,
      },
    );

    const [first = '', second = ''] = out.split('\x1b[?7h');
    expect(first.split('\n')).toHaveLength(4);
    expect(second.startsWith('\x1b[3A\r\x1b[0J')).toBe(true);
    expect(stripVTControlCharacters(second)).toMatch(/map-one +secondary +completed/);
  });

  test('more lines than it has are counted', async () => {
    const many = Array.from({ length: 40 }, (_, i) =>
      rotated(`map-${i}`, { rotationId: ONE.replace(/.$/, i.toString(16).slice(-1)) + i, state: 'started' }),
    );

    const { out } = await watch(['--timeout', '1'], [page(...many)], { width: 140 });

    expect(out.split('\n').length).toBeLessThanOrEqual(24);
    expect(out).toContain('… and 19 lines more');
  });
});

test('interrupted, it says how to go on', async () => {
  const interruption = new AbortController();
  setTimeout(() => interruption.abort(), 300);

  const { code, err } = await watch([ONE], [{ body: one('started') }], { signal: interruption.signal });

  expect(code).toBe(130);
  expect(err).toContain(`maps-key-rotation watch ${ONE} --app ${app?.url}`);
});
