import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AccountSeed } from '../../tools/local-azure/local-azure.ts';
import { type Stage, startStage } from '../http/stage.ts';
import { FAST_APP } from '../support/global-setup.ts';
import { type CommandOptions, type CommandResult, command } from './support/command.ts';

const DAY = 86_400_000;
const ENABLED = { 'key-rotation': 'enabled' };

let stage: Stage;
const results: CommandResult[] = [];

beforeAll(async () => {
  stage = await startStage({ appDirectory: FAST_APP, azure: { pageSize: 2 } });
});
afterAll(() => stage?.close());

/** An account whose keys are both of one age. */
function aged(name: string, days: number, seed: Partial<AccountSeed> = {}): string {
  const at = new Date(Date.now() - days * DAY);
  return stage.add(name, { tags: ENABLED, primaryKeyLastUpdated: at, secondaryKeyLastUpdated: at, ...seed });
}

async function run(words: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const env = {
    MAPS_KEY_ROTATION_URL: stage.app.url,
    MAPS_KEY_ROTATION_FUNCTION_KEY: stage.app.functionKey,
    ...options.env,
  };
  const result = await command(words, { ...options, env });
  results.push(result);
  return result;
}

const regenerationsOf = (id: string) =>
  stage.azure.regenerations.filter((regeneration) => regeneration.accountId === id);

interface Answer {
  readonly value: readonly { accountId: string; rotationId: string; state: string }[];
  readonly more?: boolean;
}

test('plan reads all pages, and prints JSON and nothing else', async () => {
  const ids = ['page-1', 'page-2', 'page-3', 'page-4', 'page-5'].map((name) => aged(name, 10));

  const { code, stdout, stderr } = await run(['plan', '--json']);

  const { value } = JSON.parse(stdout) as Answer;
  expect([code, stderr]).toStrictEqual([0, '']);
  expect(value.map(({ accountId }) => accountId)).toEqual(expect.arrayContaining(ids));
});

test('rotate regenerates one key, once, and ends when the consumers are told', async () => {
  const id = aged('due', 400);

  const { code, stdout } = await run(['rotate', id, '--yes', '--json']);

  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ accountId: id, keyType: 'secondary', state: 'completed' });
  expect(regenerationsOf(id).map(({ keyType }) => keyType)).toStrictEqual(['secondary']);
  expect(stage.azure.events.filter(({ source }) => source === id)).toHaveLength(1);
});

test('what the policy blocks ends with 3 and its reason; --force lifts it', async () => {
  const id = aged('young', 10);

  const blocked = await run(['rotate', 'young', '--yes', '--json']);
  const forced = await run(['rotate', 'young', '--yes', '--force']);

  expect(blocked.code).toBe(3);
  expect(JSON.parse(blocked.stdout)).toMatchObject({ error: { code: 'NotDue' }, exitCode: 3 });
  expect(blocked.stderr).toMatch(
    /^NotDue: The account is not due before .* Add --force to rotate it now\.$/m,
  );
  expect(forced.code).toBe(0);
  expect(regenerationsOf(id)).toHaveLength(1);
});

test('what Azure Resource Manager refuses ends with 1, and history and watch show it', async () => {
  const id = aged('refused', 400);
  stage.azure.faults.add({ operation: 'regenerateKey', account: id, status: 403 });

  const rotate = await run(['rotate', id, '--yes']);
  const history = await run(['history', '--account', 'refused', '--state', 'failed', '--json']);
  const { value } = JSON.parse(history.stdout) as Answer;
  const watch = await run(['watch', value[0]?.rotationId ?? '']);

  expect([rotate.code, history.code, watch.code]).toStrictEqual([1, 0, 1]);
  expect(value).toMatchObject([{ accountId: id, state: 'failed' }]);
  expect(watch.stdout).toMatch(/refused +secondary +failed/);
});

test('an account out of scope ends with 1', async () => {
  const id = aged('elsewhere', 400).replace('21a9967a', '31a9967a');

  const { code, stderr } = await run(['rotate', id, '--yes']);

  expect(code).toBe(1);
  expect(stderr).toContain('AccountOutOfScope');
});

test('history ends at --top and says that there is more', async () => {
  await run(['rotate', aged('for-history', 400), '--yes']);

  const some = await run(['history', '--top', '1', '--json']);
  const all = await run(['history', '--all', '--json']);
  const table = await run(['history', '--account', 'for-history']);

  const found = JSON.parse(all.stdout) as Answer;
  expect(JSON.parse(some.stdout)).toMatchObject({ value: [found.value[0]], more: true });
  expect(found.value.length).toBeGreaterThan(1);
  expect(found.more).toBe(false);
  expect(table.stdout).toMatch(
    /^CHANGED +ACCOUNT +KEY +STATE +ASKED BY +ROTATION\n\S+ \S+ +for-history +secondary +completed +http: requested +\S+\n$/,
  );
});

test('interrupted while it follows a rotation, rotate says how to go on, and that goes on', async () => {
  const id = aged('untold', 400);
  const restore = stage.azure.faults.add({ operation: 'publish', status: 503, times: Infinity });

  const cut = await run(['rotate', id, '--yes'], {
    async meanwhile(child, seen) {
      await expect.poll(seen, { timeout: 20_000 }).toContain('verified');
      child.kill('SIGINT');
    },
  });
  const [, rotationId = ''] = /maps-key-rotation watch (\S+)/.exec(cut.stderr) ?? [];
  setTimeout(restore, 1000);
  const watch = await run(['watch', rotationId, '--json']);

  const seen = watch.stdout.trim().split('\n');
  expect(cut.code).toBe(130);
  expect(watch.code).toBe(0);
  expect(JSON.parse(seen.at(-1) ?? '')).toMatchObject({ rotationId, state: 'completed' });
  expect(seen.length).toBeGreaterThan(1);
  expect(regenerationsOf(id)).toHaveLength(1);
});

test('watch follows all rotations in flight', async () => {
  const restore = stage.azure.faults.add({ operation: 'publish', status: 503, times: Infinity });
  const ids = [aged('flight-1', 400), aged('flight-2', 400)];
  for (const id of ids) await run(['rotate', id, '--yes', '--no-wait']);
  setTimeout(restore, 1000);

  const { code, stdout } = await run(['watch']);

  expect(code).toBe(0);
  for (const name of ['flight-1', 'flight-2']) {
    expect(stdout).toMatch(new RegExp(`${name} +secondary +\\S+ → completed`));
  }
});

describe('how a command ends', () => {
  test('4 with a wrong function key', async () => {
    const { code, stdout, stderr } = await run(['plan'], {
      env: { MAPS_KEY_ROTATION_FUNCTION_KEY: 'wr0ng' },
    });

    expect([code, stdout]).toStrictEqual([4, '']);
    expect(stderr).toContain('401');
    expect(stderr).not.toContain('wr0ng');
  });

  test('the function key may come from the standard input', async () => {
    const words = ['history', '--function-key-file', '-'];

    expect((await run(words, { input: `${stage.app.functionKey}\n` })).code).toBe(0);
    expect((await run(words, { input: 'wrong\n' })).code).toBe(4);
  });

  test('5 where the address is not the app’s', async () => {
    expect((await run(['plan', '--app', `${stage.app.url}/elsewhere`])).code).toBe(5);
  });

  test.each([[['plan', '--no-such']], [['nonsense']], [['plan', 'surplus']], [['history', '--top', '0']]])(
    '2 with %j',
    async (words) => {
      const { code, stdout, stderr } = await run(words);

      expect([code, stdout]).toStrictEqual([2, '']);
      expect(stderr).toContain('--help');
    },
  );

  test('141 where the reader of its output went away', async () => {
    const result = await run(['history', '--json'], {
      meanwhile: async (child) => void child.stdout?.destroy(),
    });

    expect(result.code).toBe(141);
  });
});

test.each([['plan'], ['rotate'], ['history'], ['watch']])(
  '%s --help has its options and the exit codes',
  async (name) => {
    const { code, stdout } = await command([name, '--help']);

    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^Usage: maps-key-rotation ${name} `));
    expect(stdout).toContain('--json');
    expect(stdout).toContain('130  interrupted');
  },
);

test('no key was ever printed', () => {
  const printed = JSON.stringify(results);

  expect(results.length).toBeGreaterThan(15);
  expect(printed).not.toContain(stage.app.functionKey);
  for (const key of stage.azure.everyKey) expect(printed).not.toContain(key);
});
