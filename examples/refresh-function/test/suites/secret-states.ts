import { expect, onTestFinished, test } from 'vitest';
import type { LocalAzure } from '../../../../tools/local-azure/local-azure.ts';
import { type Scene, startScene } from '../scene.ts';

const DAY = 86_400_000;

export function testSecretStates(get: () => LocalAzure): void {
  /** With a key in it that came with an event. */
  const start = async (): Promise<Scene> => {
    const scene = await startScene(get());
    onTestFinished(() => scene.close());
    await scene.deliver(await scene.regenerate('primary'));
    return scene;
  };

  /** Somebody changes the version written last, by hand. */
  const change = async ({ vault, secretName }: Scene, attributes: object): Promise<void> => {
    const { properties } = await vault.getSecret(secretName);
    await vault.updateSecretProperties(secretName, properties.version ?? '', attributes);
  };

  test.each<[string, object]>([
    ['disabled by hand', { enabled: false }],
    ['that has expired', { expiresOn: new Date(Date.now() - DAY) }],
    ['that is not valid yet', { notBefore: new Date(Date.now() + DAY) }],
  ])('SUB-02: a newest version %s does not keep the new key out', async (_, attributes) => {
    const scene = await start();
    await change(scene, attributes);

    const answer = await scene.deliver(await scene.regenerate('secondary'));

    expect(answer.status).toBe(202);
    expect(await scene.current()).toBe(scene.keyNow('secondary'));
    expect(scene.versions()).toHaveLength(2);
  });

  test('SUB-02: nor does one that was written and disabled by hand', async () => {
    const scene = await start();
    await scene.vault.setSecret(scene.secretName, 'by hand');
    await change(scene, { enabled: false });

    const answer = await scene.deliver(await scene.regenerate('secondary'));

    expect(answer.status).toBe(202);
    expect(await scene.current()).toBe(scene.keyNow('secondary'));
  });

  test('SUB-02: a secret that was deleted fails the delivery, and the log says what to do', async () => {
    const scene = await start();
    await (await scene.vault.beginDeleteSecret(scene.secretName)).pollUntilDone();

    const answer = await scene.deliver(await scene.regenerate('secondary'));

    expect(answer.status).toBe(500);
    const log = JSON.stringify(scene.app.log);
    expect(log).toContain(`The secret ${scene.secretName} was deleted`);
    for (const key of get().everyKey) expect(log).not.toContain(key);
  });
}
