import { z } from 'zod';
import type { KeyType } from '../../core/account/key-type.ts';

/*
 * What the app answers, as far as it is looked at here. An app that is newer than this program may say more, and
 * `--json` passes that on.
 */

export const plannedAccount = z.looseObject({
  accountId: z.string(),
  decision: z.string(),
  code: z.string().optional(),
  reason: z.string().optional(),
  keyType: z.string().optional(),
  dueAt: z.string().optional(),
  overlapEndsAt: z.string().optional(),
  overdue: z.boolean().default(false),
  olderKey: z.string().optional(),
  olderKeyAgeDays: z.number().optional(),
  newerKeyAgeDays: z.number().optional(),
  unknownAges: z.array(z.string()).optional(),
  provisioningState: z.string().optional(),
  failedTry: z.string().optional(),
  maxAgeDays: z.number().optional(),
  rotationId: z.string().optional(),
  verified: z.boolean().optional(),
});
export type PlannedAccount = z.infer<typeof plannedAccount>;

export const failedScope = z.looseObject({ scope: z.string(), code: z.string(), message: z.string() });
export type FailedScope = z.infer<typeof failedScope>;

export const timer = z.looseObject({ timer: z.string(), ageSeconds: z.number() });
export type Timer = z.infer<typeof timer>;

export const planPage = z.looseObject({
  value: z.array(plannedAccount),
  errors: z.array(failedScope).optional(),
  timers: z.array(timer).optional(),
  nextLink: z.string().optional(),
});

export const rotation = z.looseObject({
  rotationId: z.string(),
  accountId: z.string(),
  keyType: z.string(),
  state: z.string(),
  trigger: z.string(),
  reason: z.string(),
  updatedAt: z.string().optional(),
  keyLastUpdated: z.string().optional(),
  verified: z.boolean().optional(),
  error: z.looseObject({ code: z.string(), message: z.string() }).optional(),
});
export type Rotation = z.infer<typeof rotation>;

export const rotationPage = z.looseObject({ value: z.array(rotation), nextLink: z.string().optional() });

/** ARM's `ErrorResponse`. */
export const errorResponse = z.looseObject({
  error: z.looseObject({ code: z.string(), message: z.string(), target: z.string().optional() }),
});

/** Whether nothing is left to do for it. */
export function isOver({ state }: Rotation): boolean {
  return state === 'completed' || state === 'failed';
}

export function keyName(keyType: string | undefined): KeyType | undefined {
  return keyType === 'primary' || keyType === 'secondary' ? keyType : undefined;
}
