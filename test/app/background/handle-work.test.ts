import { describe, expect, test } from 'vitest';
import { handlePoison, handleWork } from '../../../src/app/background/handle-work.ts';
import { printWorkMessage } from '../../../src/core/rotation/work-message.ts';
import { createFakeApp, SUBSCRIPTION } from '../../fakes/app.ts';
import { createActor } from '../../fakes/world.ts';

const nested = (depth: number, open: string, close: string) =>
  JSON.parse(`${open.repeat(depth)}1${close.repeat(depth)}`) as unknown;

function stage() {
  const app = createFakeApp();
  const [instance] = app.world.instances;
  if (instance === undefined) throw new Error('No instance is there.');
  return { app, services: app.services(createActor(instance, 'background')) };
}

describe.each([
  ['the queue', handleWork, 'A queue message that no version of this app wrote was dropped'],
  [
    'the poison queue',
    handlePoison,
    'A message of the poison queue that no version of this app wrote was dropped',
  ],
] as const)('QUE-11: of %s, a message', (_, handle, line) => {
  test.each<[string, unknown, string]>([
    ['of 5,000 brackets', nested(5000, '[', ']'), '"form":"list","size":1'],
    ['of 100,000 brackets', nested(100_000, '[', ']'), '"form":"list","size":1'],
    ['of 5,000 objects', nested(5000, '{"attempt":', '}'), '"form":"object","size":1'],
    [
      'of ours with something deep in it',
      { version: 1, x: nested(5000, '[', ']') },
      '"form":"object","size":2',
    ],
    ['of a long text', '['.repeat(60_000), '"form":"text","size":60000'],
    ['of a text in a text', JSON.stringify('['), '"form":"text","size":3'],
    ['of null', null, '"form":"null","size":0'],
    ['of a number', -1, '"form":"number","size":0'],
  ])('%s is dropped with a line', async (_what, value, form) => {
    const { app, services } = stage();

    await handle(services, value);

    expect(app.log).toEqual([`error ${line} {${form}}`]);
    expect(app.queue.open()).toBe(0);
  });
});

test('QUE-11: a message that was encoded once more is worked off', async () => {
  const account = { subscriptionId: SUBSCRIPTION, resourceGroupName: 'rg', accountName: 'map' };
  const { app, services } = stage();

  await handlePoison(services, JSON.stringify(printWorkMessage({ kind: 'account', account, attempt: 0 })));

  expect(app.log).toEqual([
    expect.stringContaining('An account could not be handled; the next run tries it again'),
  ]);
});
