import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Stage, startStage } from '../http/stage.ts';
import { documentOf } from './documents.ts';

type KeyType = 'primary' | 'secondary';

const AGE = { createdAt: new Date(Date.now() - 200 * 86_400_000), tags: { 'key-rotation': 'enabled' } };

/** The commands of the section, step by step, as they stand in the document. */
const STEPS = stepsOf('A key has leaked');

function stepsOf(heading: string): string[] {
  const { text } = documentOf('docs/operate.md');
  const [, section = ''] = text.split(`\n## ${heading}\n`);
  const [own = ''] = section.split(/\n##+ /);
  return [...own.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, commands = '']) => commands);
}

describe('OPS-01: the runbook for a leaked key, pasted into a shell', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await startStage();
  });
  afterAll(() => stage?.close());

  const changes = (id: string) =>
    stage.azure.regenerations.filter(({ accountId }) => accountId === id).map(({ keyType }) => keyType);
  const announced = (id: string) =>
    stage.azure.events.filter(({ source }) => decodeURI(source) === id).map(({ subject }) => subject);
  const subject = (name: string, keyType: KeyType) => `accounts/${name}/keys/${keyType}`;

  /** A shell at which somebody sits: a command that fails does not end it. */
  async function paste(account: string, lines: readonly string[]): Promise<string> {
    const { MAPS_KEY_ROTATION_URL: _url, MAPS_KEY_ROTATION_FUNCTION_KEY: _key, ...env } = process.env;
    const shell = spawn('bash', ['--norc', '--noprofile', '-i'], {
      env: { ...env, url: stage.app.url, key: stage.app.functionKey, account, PS1: '' },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    for (const stream of [shell.stdout, shell.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    // npx takes seconds to find what it is asked for.
    const npx = 'npx() { local name=$1; shift; node "dist-cli/$name.js" "$@"; }';
    shell.stdin.end(`${[npx, ...lines].join('\n')}\nexit\n`);
    await once(shell, 'close');
    return output;
  }

  test('the key in use has leaked: consumers are told of the other one first, and nothing more by itself', async () => {
    const id = stage.add('in-use', AGE);

    const output = await paste(id, ['LEAKED=primary', ...STEPS]);

    expect(changes(id)).toEqual(['secondary']);
    expect(announced(id)).toEqual([subject('in-use', 'secondary')]);
    expect(output).toContain('The leaked primary key still works.');
    expect(output).toContain('set it to yes once nobody uses the leaked key');
  });

  test.each<[KeyType, KeyType]>([
    ['primary', 'secondary'],
    ['secondary', 'primary'],
  ])(
    'the %s key, in use, has leaked: it is replaced once the consumers have moved',
    async (leaked, other) => {
      const name = `moved-${leaked}`;
      const id = stage.add(name, {
        tags: { ...AGE.tags, 'key-rotation-in-use': leaked },
        createdAt: AGE.createdAt,
      });
      const [look = '', replaceOther = '', wait = '', replaceLeaked = ''] = STEPS;

      const output = await paste(id, [
        `LEAKED=${leaked}`,
        look,
        replaceOther,
        wait,
        'MOVED=yes',
        replaceLeaked,
      ]);

      expect(changes(id)).toEqual([other, leaked]);
      await expect.poll(() => announced(id)).toEqual([subject(name, other), subject(name, leaked)]);
      const keys = [...stage.azure.everyKey].filter((key) => output.includes(key));
      expect(keys).toEqual([]);
    },
  );

  test('the key that is not in use has leaked: it alone is replaced, whatever else is pasted', async () => {
    const id = stage.add('not-in-use', AGE);
    const [look = '', ...others] = STEPS;

    const output = await paste(id, ['LEAKED=secondary', look, ...others, 'MOVED=yes', ...others]);

    expect(changes(id)).toEqual(['secondary']);
    expect(output).toContain('The leaked secondary key is dead, and the primary key goes on: you are done.');
  });

  test('a step that is run again changes nothing more', async () => {
    const id = stage.add('twice', AGE);
    const [look = '', ...others] = STEPS;

    await paste(id, ['LEAKED=primary', look, ...others, ...others, 'MOVED=yes', ...others, ...others]);

    expect(changes(id)).toEqual(['secondary', 'primary']);
  });

  test('where the app refuses the first order, the leaked key is not replaced either', async () => {
    const id = stage.add('opted-out', { ...AGE, tags: {} });
    const [look = '', ...others] = STEPS;

    const output = await paste(id, ['LEAKED=primary', look, ...others, 'MOVED=yes', ...others]);

    expect(changes(id)).toEqual([]);
    expect(output).toContain('"code":"Disabled"');
    expect(output).toContain('do step 3 first');
  });

  test('there are no minutes: the leaked key alone is replaced', async () => {
    const id = stage.add('at-once', AGE);
    const [look = '', , , replaceLeaked = ''] = STEPS;

    await paste(id, ['LEAKED=primary', look, 'gone=$other MOVED=yes', replaceLeaked]);

    expect(changes(id)).toEqual(['primary']);
  });

  test.each([
    ['not set', []],
    ['set to something else', ['LEAKED=Primary']],
    [
      'not set, and everything else is left over from before',
      ['other=secondary first=1 last=2 gone=secondary MOVED=yes'],
    ],
  ])('where the leaked key is %s, nothing is regenerated', async (_name, before) => {
    const id = stage.add(`nothing-${before.length}-${String(before[0]).length}`, AGE);

    const output = await paste(id, [...before, ...STEPS.slice(1), ...STEPS]);

    expect(changes(id)).toEqual([]);
    expect(output).toMatch(/set it to primary or secondary|has to be primary or secondary/);
  });
});

test('OPS-01: no command of a document names a key to regenerate, or needs a program that not every machine has', () => {
  const texts = [
    'README.md',
    'docs/operate.md',
    'docs/restore.md',
    'docs/upgrade.md',
    'docs/faq.md',
    'docs/deploy.md',
    'docs/cli.md',
  ]
    .flatMap((file) => [...documentOf(file).text.matchAll(/^ *```\w+\n([\s\S]*?)^ *```$/gm)])
    .map(([, block = '']) => block);

  const regenerating = texts.filter((text) => /\/regenerateKey|regenerateKeys\(|keys renew/.test(text));
  expect(regenerating.length).toBeGreaterThan(2);
  expect(
    regenerating.filter((text) =>
      /keyType"?: *["']?(primary|secondary)|--key (primary|secondary)/.test(text),
    ),
  ).toEqual([]);
  expect(texts.filter((text) => /\buuidgen\b/.test(text))).toEqual([]);
});
