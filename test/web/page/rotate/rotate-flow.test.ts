import { describe, expect, test } from 'vitest';
import type { Progress } from '../../../../src/web/page/rotate/rotate-flow.ts';
import { rotate } from '../../../../src/web/page/rotate/rotate-flow.ts';
import type { RotationRow } from '../../../../src/web/page/status/wire.ts';
import { accountId, rotation } from '../support/fleet.ts';
import { atOnce, json, refused, scripted } from '../support/scripted-api.ts';

describe('a rotation ordered from the page', () => {
  const order = { accountId: accountId('a'), force: true, requestId: 'a-guid', firstSent: 0 };
  const at = (state: RotationRow['state']) => rotation('a', 0, { state });
  async function run(...answers: (Response | Error)[]) {
    const { api, sent } = scripted(...answers);
    const shown: Progress[] = [];
    await rotate(order, {
      api,
      show: (progress) => shown.push(progress),
      sleep: atOnce,
      isStopped: () => false,
    });
    return {
      sent,
      shown: shown.map((one) => ('rotation' in one ? `${one.kind} ${one.rotation.state}` : one.kind)),
      last: shown.at(-1),
    };
  }

  test('is sent with its id, and followed to its end', async () => {
    const { sent, shown } = await run(
      json(at('regenerated')),
      json(at('published')),
      new Error(),
      json(at('completed')),
    );

    expect(sent[0]).toMatchObject({
      method: 'POST',
      path: `/api${accountId('a')}/rotate?force=true`,
      headers: {
        'repeatability-request-id': 'a-guid',
        'repeatability-first-sent': 'Thu, 01 Jan 1970 00:00:00 GMT',
      },
    });
    expect(shown).toEqual([
      'asking',
      'following regenerated',
      'following published',
      'following published',
      'over completed',
    ]);
  });

  test('says so while the app can’t be asked how it goes', async () => {
    const { api } = scripted(json(at('started')), refused(401, 'Unauthorized'), json(at('completed')));
    const shown: Progress[] = [];
    await rotate(order, { api, show: (one) => shown.push(one), sleep: atOnce, isStopped: () => false });

    expect(shown.map((one) => ('because' in one ? one.because?.code : undefined))).toEqual([
      undefined,
      undefined,
      'Unauthorized',
      undefined,
    ]);
  });

  test('that is refused says why', async () => {
    const { last } = await run(refused(409, 'Overlap'));

    expect(last).toMatchObject({ kind: 'refused', failure: { code: 'Overlap' } });
  });

  test('whose outcome is not known yet is followed by its id', async () => {
    const failure = refused(503, 'OutcomeUnknown', { 'x-ms-rotation-id': 'r-1' });
    const { sent, last } = await run(failure, json(at('started')), json(at('failed')));

    expect(sent[1]?.path).toBe('/api/rotations/r-1');
    expect(last).toMatchObject({
      kind: 'over',
      rotation: { state: 'failed' },
      because: { code: 'OutcomeUnknown' },
    });
  });
});
