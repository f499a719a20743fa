import { expect, onTestFinished, test } from 'vitest';
import type { LocalAzure } from '../../../../tools/local-azure/local-azure.ts';
import { type Scene, startScene } from '../scene.ts';

export function testSharedVault(get: () => LocalAzure): void {
  const start = async (): Promise<Scene> => {
    const scene = await startScene(get(), { SHARED_VAULT_URI: get().vaultUri });
    onTestFinished(() => scene.close());
    return scene;
  };

  /** As the rotation app does: the key is in its vault before the event is sent. */
  const regenerate = async (scene: Scene) => {
    const event = await scene.regenerate('primary');
    const name = `shared-${scene.secretName}`;
    const { properties } = await scene.vault.setSecret(name, scene.keyNow('primary'));
    return {
      ...event,
      data: { ...event.data, secretId: properties.id ?? '' },
      version: properties.version ?? '',
    };
  };

  test('the key of the event comes from there, and Azure Resource Manager is not asked', async () => {
    const scene = await start();
    const { version: _, ...event } = await regenerate(scene);
    get().reset();

    const answer = await scene.deliver(event);

    expect(answer.status).toBe(202);
    expect(await scene.current()).toBe(scene.keyNow('primary'));
    expect(get().calls.filter(({ operation }) => operation === 'listKeys')).toStrictEqual([]);
  });

  test('a version that was disabled, since its key is gone, is left out', async () => {
    const scene = await start();
    const { version, ...event } = await regenerate(scene);
    await scene.vault.updateSecretProperties(`shared-${scene.secretName}`, version, { enabled: false });

    const answer = await scene.deliver(event);

    expect(answer.status).toBe(202);
    expect(scene.versions()).toStrictEqual([]);
  });

  test.each([
    ['of another vault', 'https://elsewhere.example/secrets/a/0123456789abcdef0123456789abcdef'],
    ['of no version that is there', undefined],
  ])('a secret %s fails the delivery', async (_, other) => {
    const scene = await start();
    const secretId = other ?? `${get().vaultUri}/secrets/a/0123456789abcdef0123456789abcdef`;

    const answer = await scene.deliver(await scene.regenerate('primary', { secretId }));

    expect(answer.status).toBe(500);
    expect(scene.versions()).toStrictEqual([]);
  });

  test('an event without a secret fails the delivery', async () => {
    const scene = await start();

    const answer = await scene.deliver(await scene.regenerate('primary'));

    expect(answer.status).toBe(500);
    expect(JSON.stringify(scene.app.log)).toContain(`The event names no secret of ${get().vaultUri}.`);
  });
}
