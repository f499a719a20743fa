import { expect, onTestFinished, test } from 'vitest';
import { waiting } from '../../../../test/core/support/rotations.ts';
import { onTheWire } from '../../../../test/subscriber/samples.ts';
import type { LocalAzure } from '../../../../tools/local-azure/local-azure.ts';
import { type Scene, startScene } from '../scene.ts';

export function testRefresh(get: () => LocalAzure): void {
  const start = async (environment: Record<string, string> = {}): Promise<Scene> => {
    const scene = await startScene(get(), environment);
    onTestFinished(() => scene.close());
    return scene;
  };

  test('the new key is what the application reads, with its time; no key is logged', async () => {
    const scene = await start();
    const event = await scene.regenerate('secondary');

    const answer = await scene.deliver(event);

    expect(answer.status).toBe(202);
    expect(await scene.current()).toBe(scene.keyNow('secondary'));
    const { keyLastUpdated, rotationId } = event.data;
    expect(scene.versions()).toMatchObject([{ tags: { keyType: 'secondary', keyLastUpdated, rotationId } }]);
    const log = JSON.stringify(scene.app.log);
    expect(log).toContain('The new key is stored');
    for (const key of get().everyKey) expect(log).not.toContain(key);
  });

  test('a key that Azure Maps does not accept yet is not handed on; the delivery is asked for again', async () => {
    const scene = await start();
    get().setKeyAcceptanceDelay(60_000);
    onTestFinished(() => get().setKeyAcceptanceDelay(0));
    const event = await scene.regenerate('primary', { verified: false });

    const early = await scene.deliver(event);
    const versionsThen = scene.versions();
    get().setKeyAcceptanceDelay(0);
    const later = await scene.deliver(event);

    expect([early.status, later.status]).toStrictEqual([500, 202]);
    expect(versionsThen).toStrictEqual([]);
    expect(await scene.current()).toBe(scene.keyNow('primary'));
  });

  test('where Azure Maps does not answer, the key is handed on', async () => {
    const scene = await start();
    onTestFinished(get().faults.add({ operation: 'mapsRequest', status: 503, times: 9 }));

    const answer = await scene.deliver(await scene.regenerate('primary'));

    expect(answer.status).toBe(202);
    expect(await scene.current()).toBe(scene.keyNow('primary'));
  });

  test('a key that Azure Resource Manager does not show yet is asked for again', async () => {
    const scene = await start();
    const event = await scene.regenerate('primary', { keyLastUpdated: '2999-01-01T00:00:00.0000000Z' });

    const answer = await scene.deliver(event);

    expect(answer.status).toBe(500);
    expect(scene.versions()).toStrictEqual([]);
  });

  test.each(['listKeys', 'setSecret', 'listSecretVersions'] as const)(
    'a refused %s fails the delivery, and the next one does the work',
    async (operation) => {
      const scene = await start();
      const event = await scene.regenerate('primary');
      const end = get().faults.add({ operation, status: 403, times: Number.POSITIVE_INFINITY });
      onTestFinished(end);

      const refused = await scene.deliver(event);
      end();
      const taken = await scene.deliver(event);

      expect([refused.status, taken.status]).toStrictEqual([500, 202]);
      expect(await scene.current()).toBe(scene.keyNow('primary'));
    },
  );

  test('an event about another account changes nothing', async () => {
    const [scene, other] = [await start(), await start()];

    const answer = await scene.deliver(await other.regenerate('primary'));

    expect(answer.status).toBe(202);
    expect(scene.versions()).toStrictEqual([]);
  });

  test('KeyRotationFailed is a warning, and changes nothing', async () => {
    const scene = await start();
    const failed = onTheWire(waiting({ state: 'failed', accountId: scene.accountId }));

    const answer = await scene.deliver(failed);

    expect(answer.status).toBe(202);
    expect(scene.versions()).toStrictEqual([]);
    const [warning] = scene.app.log.filter(({ level }) => level === 'warning');
    expect(JSON.parse(warning?.message ?? '{}')).toMatchObject({
      message: 'A rotation failed',
      keyType: 'secondary',
      error: { code: 'Unreachable' },
    });
  });

  test('what is no event of the app fails, and is not quoted', async () => {
    const scene = await start();
    const { data, ...event } = await scene.regenerate('primary');

    const answer = await scene.deliver({ ...event, data: { ...data, keyType: 'uXvK3cret' } });

    expect(answer.status).toBe(500);
    const log = JSON.stringify(scene.app.log);
    expect(log).toContain('data.keyType must be primary or secondary');
    expect(log).not.toContain('uXvK3cret');
  });

  test('a setting that is missing is named', async () => {
    const scene = await start({ VAULT_URI: '' });

    const answer = await scene.deliver(await scene.regenerate('primary'));

    expect(answer.status).toBe(500);
    expect(JSON.stringify(scene.app.log)).toContain('The app setting VAULT_URI is missing.');
  });
}
