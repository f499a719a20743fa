import { expectTypeOf, test } from 'vitest';
import type { PlannedAccount } from '../../../src/app/fleet/plan-account.ts';
import type { Heartbeat } from '../../../src/app/ports/heartbeats.ts';
import type { Health, TimerHealth } from '../../../src/app/request/check-health.ts';
import type { RotationAnswer } from '../../../src/app/request/read-rotations.ts';
import type { KeyType } from '../../../src/core/account/key-type.ts';
import type { Answer } from '../../../src/web/schema/answer-types.ts';
import type { rotation } from '../../../src/web/schema/answers.ts';
import type { health, plannedAccount, timerHealth, timerRun } from '../../../src/web/schema/fleet-answers.ts';
import type { regenerateKeyBody } from '../../../src/web/schema/requests.ts';

/** The compiler is the judge: `npm run typecheck` fails where a type and its schema are not the same. */
test('the schemas say of each answer and of the body what their types say', () => {
  expectTypeOf<Answer<typeof rotation>>().toEqualTypeOf<RotationAnswer>();
  expectTypeOf<Answer<typeof plannedAccount>>().toEqualTypeOf<PlannedAccount>();
  expectTypeOf<Answer<typeof timerRun>>().toEqualTypeOf<Heartbeat>();
  expectTypeOf<Answer<typeof timerHealth>>().toEqualTypeOf<TimerHealth>();
  // An app with wrong settings has no more than its status and their names, which no other has.
  expectTypeOf<Omit<Required<Answer<typeof health>>, 'settings'>>().toEqualTypeOf<Health>();
  expectTypeOf<Answer<typeof health>['settings']>().toEqualTypeOf<readonly string[] | undefined>();
  expectTypeOf<Answer<typeof regenerateKeyBody>>().toEqualTypeOf<{ readonly keyType: KeyType }>();
});
