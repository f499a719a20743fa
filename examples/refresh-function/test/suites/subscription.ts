import { expect, onTestFinished, test } from 'vitest';
import { startApp } from '../../../../test/support/running-app.ts';
import { startAzurite } from '../../../../tools/azurite.ts';
import type { LocalAzure } from '../../../../tools/local-azure/local-azure.ts';
import { startScene } from '../scene.ts';

export function testSubscription(get: () => LocalAzure): void {
  test('each rotation of the app reaches the application, whatever becomes of the deliveries', async () => {
    const azure = get();
    const [scene, azurite] = await Promise.all([startScene(azure), startAzurite()]);
    const rotator = await startApp({
      environment: {
        ...azure.environment(),
        AzureWebJobsStorage: azurite.connectionString,
        ROTATION_SCOPES: scene.accountId,
      },
    });
    onTestFinished(async () => {
      await Promise.all([rotator.close(), scene.close()]);
      await azurite.close();
    });
    const subscription = await azure.subscribe({
      endpoint: scene.endpoint,
      includedEventTypes: ['KeyRegenerated', 'KeyRotationFailed'],
      deliver: { duplicate: 2 },
    });
    onTestFinished(() => subscription.close());
    const regenerate = async (keyType: 'primary' | 'secondary') => {
      const answer = await rotator.fetch(`/api${scene.accountId}/regenerateKey`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ keyType }),
      });
      expect(answer.status).toBe(200);
    };

    await regenerate('primary');
    await expect.poll(() => scene.current().catch(() => undefined)).toBe(scene.keyNow('primary'));
    subscription.hold();
    await regenerate('secondary');
    await regenerate('primary');
    await regenerate('secondary');
    await subscription.release('reversed');
    await subscription.settled();

    expect(await scene.current()).toBe(scene.keyNow('secondary'));
    expect(subscription.deadLetters).toStrictEqual([]);
    expect(subscription.deliveries.every(({ outcome }) => outcome === 'Delivered')).toBe(true);
  });
}
