import { expect, test } from 'vitest';
import { NOBODY_WAITS } from '../../../src/app/drive/patience.ts';
import { performEffect } from '../../../src/app/drive/perform-effect.ts';
import type { Services } from '../../../src/app/ports/services.ts';
import { fault, unavailable } from '../../../src/core/failure.ts';
import { rotationEvent } from '../../../src/core/rotation/events.ts';
import { AFTER, waiting } from '../../core/support/rotations.ts';

const rotation = waiting({ state: 'regenerated', after: AFTER });
const event = rotationEvent(rotation);

test.each([
  [
    fault(413, 'EventTooLarge', 'Too large.', { correlationId: 'id' }),
    ['Event Grid does not take the event as it is'],
  ],
  [unavailable('ServiceUnavailable', 'Later.'), []],
])('EVT-06: that an event is refused for its bytes is an alarm: $code', async (failure, messages) => {
  const errors: string[] = [];
  const services = {
    events: { publish: async () => failure },
    log: { error: (message: string) => errors.push(message) },
  } as unknown as Services;
  const claim = { held: { rotation }, effect: { kind: 'publish', event }, leasedAt: 0 };

  const [input] = await performEffect(
    services,
    claim as unknown as Parameters<typeof performEffect>[1],
    NOBODY_WAITS,
  );

  expect(input).toEqual({ kind: 'publish-failed', failure });
  expect(errors).toEqual(messages);
});
