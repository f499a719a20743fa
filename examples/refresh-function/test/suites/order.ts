import { expect, onTestFinished, test } from 'vitest';
import type { LocalAzure } from '../../../../tools/local-azure/local-azure.ts';
import { type Scene, startScene } from '../scene.ts';

export function testOrder(get: () => LocalAzure): void {
  const start = async (): Promise<Scene> => {
    const scene = await startScene(get());
    onTestFinished(() => scene.close());
    return scene;
  };

  test('a repeat changes nothing', async () => {
    const scene = await start();
    const event = await scene.regenerate('primary');

    for (let i = 0; i < 3; i++) expect((await scene.deliver(event)).status).toBe(202);

    expect(scene.versions()).toHaveLength(1);
  });

  test('a late event about the other key changes nothing', async () => {
    const scene = await start();
    const first = await scene.regenerate('primary');
    const second = await scene.regenerate('secondary');

    await scene.deliver(second);
    await scene.deliver(first);

    expect(scene.versions()).toHaveLength(1);
    expect(await scene.current()).toBe(scene.keyNow('secondary'));
  });

  test('an event that a later one of the same key overtook stores that later key, once', async () => {
    const scene = await start();
    const first = await scene.regenerate('primary');
    const second = await scene.regenerate('primary');

    await scene.deliver(first);
    await scene.deliver(second);

    expect(scene.versions()).toMatchObject([{ tags: { keyLastUpdated: second.data.keyLastUpdated } }]);
    expect(await scene.current()).toBe(scene.keyNow('primary'));
  });

  test('of two that write at once, the newer key stays, also where the older one is written last', async () => {
    const scene = await start();
    const first = await scene.regenerate('primary');
    const second = await scene.regenerate('secondary');
    const written = Promise.withResolvers<void>();
    let writes = 0;
    get().setHook(async (operation, phase) => {
      if (operation !== 'setSecret' || phase !== 'before') return;
      if (++writes === 1) await written.promise;
    });
    onTestFinished(() => get().setHook(undefined));

    const slow = scene.deliver(first);
    await expect.poll(() => writes).toBe(1);
    await scene.deliver(second);
    written.resolve();
    await slow;

    const times = scene.versions().map(({ tags }) => tags.keyLastUpdated);
    const [older, newer] = [first.data.keyLastUpdated, second.data.keyLastUpdated];
    expect(times).toStrictEqual([newer, older, newer]);
    expect(await scene.current()).toBe(scene.keyNow('secondary'));
  });

  test('a crash after such a write is made good by the next delivery, a repeat too', async () => {
    const scene = await start();
    const first = await scene.regenerate('primary');
    const second = await scene.regenerate('secondary');
    await scene.deliver(second);
    const { keyLastUpdated } = first.data;
    await scene.vault.setSecret(scene.secretName, scene.keyNow('primary'), { tags: { keyLastUpdated } });

    const answer = await scene.deliver(first);

    expect(answer.status).toBe(202);
    expect(await scene.current()).toBe(scene.keyNow('secondary'));
  });

  test('a key that somebody put there by hand stays until there is a newer one', async () => {
    const scene = await start();
    const first = await scene.regenerate('primary');
    await scene.deliver(first);
    await scene.vault.setSecret(scene.secretName, 'by hand');

    await scene.deliver(first);
    const afterRepeat = await scene.current();
    await scene.deliver(await scene.regenerate('secondary'));

    expect(afterRepeat).toBe('by hand');
    expect(await scene.current()).toBe(scene.keyNow('secondary'));
  });

  test('many at once, each twice and in any order: the newest key is what the application reads', async () => {
    const scene = await start();
    const events = [];
    for (let i = 0; i < 6; i++) events.push(await scene.regenerate(i % 2 === 0 ? 'primary' : 'secondary'));

    const answers = await Promise.all([...events, ...events].reverse().map((event) => scene.deliver(event)));

    expect(answers.map(({ status }) => status)).toStrictEqual(Array(12).fill(202));
    expect(await scene.current()).toBe(scene.keyNow('secondary'));
  });
}
