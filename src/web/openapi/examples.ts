import { planCsv } from '../replies/plan-reply.ts';
import type { Answer, DataAnswer, KeysAnswer } from '../schema/answer-types.ts';
import type { plannedAccount } from '../schema/fleet-answers.ts';
import { ACCOUNT_ID, ROTATION_ID } from '../schema/values.ts';

const TIMES = {
  primaryKeyLastUpdated: '2026-11-05T16:31:21.4480000Z',
  secondaryKeyLastUpdated: '2026-11-25T16:31:22.3184321Z',
};

export const KEYS: KeysAnswer = {
  primaryKey: '<the primary key>',
  secondaryKey: '<the secondary key>',
  ...TIMES,
};

export const KEY_TIMES: KeysAnswer = TIMES;

export const ROTATION = {
  rotationId: ROTATION_ID,
  accountId: ACCOUNT_ID,
  keyType: 'secondary',
  state: 'completed',
  trigger: 'http',
  reason: 'requested',
  attempt: 0,
  updatedAt: '2026-11-25T16:31:22.901Z',
  keyLastUpdated: TIMES.secondaryKeyLastUpdated,
  otherKeyLastUpdated: TIMES.primaryKeyLastUpdated,
} satisfies DataAnswer;

export const ROTATION_LIST = {
  value: [ROTATION],
  nextLink: `https://app.example/api/rotations?top=1&skipToken=${ROTATION_ID}`,
} satisfies DataAnswer;

const RUN = {
  timer: 'rotateDueAccounts',
  lastRunAt: '2026-11-25T03:00:02.114Z',
  counts: { seen: 42, due: 3, overdue: 0, skipped: 5, failed: 0 },
} as const;

const PLANNED: Answer<typeof plannedAccount> = {
  accountId: ACCOUNT_ID,
  decision: 'not-due',
  keyType: 'primary',
  dueAt: '2027-01-08T16:31:22.318Z',
  overdue: false,
  olderKey: 'primary',
  olderKeyAgeDays: 20.98,
  newerKey: 'secondary',
  newerKeyAgeDays: 0.98,
  maxAgeDays: 90,
  maxAgeFrom: 'setting',
  overlapDays: 7,
  overlapFrom: 'setting',
};

export const PLAN = {
  value: [PLANNED],
  timers: [{ ...RUN, ageSeconds: 48_681 }],
} satisfies DataAnswer;

export const PLAN_CSV = planCsv([PLANNED], []);

export const HEALTHY = {
  status: 'healthy',
  timers: [
    { ...RUN, late: false },
    { timer: 'reconcileRotations', late: false },
  ],
} satisfies DataAnswer;

export const UNHEALTHY = { status: 'unhealthy', settings: ['ROTATION_SCOPES'] } satisfies DataAnswer;
