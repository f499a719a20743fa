import { z } from 'zod';
import { code, message, nextLink } from './answers.ts';
import { accountId, keyType, rotationId, time, timer, timerCounts, verified } from './values.ts';

const days = (description: string) => z.number().meta({ description: `${description}, in days.` });
const source = z.enum(['setting', 'tag']);

export const plannedAccount = z
  .object({
    accountId,
    decision: z.enum(['rotate', 'not-due', 'blocked', 'skip', 'unread', 'running']).meta({
      describedAsText: true,
      description: [
        'What the timer would do now; more may be added:',
        '- `rotate`: regenerate `keyType`',
        '- `not-due`: nothing before `dueAt`',
        '- `blocked`: nothing before `overlapEndsAt`, or before an event is accepted',
        '- `skip`: nothing until somebody changes what `reason` names',
        '- `unread`: read when its keys were regenerated, since nobody has or the account was modified since, and decide then',
        '- `running`: nothing, since the rotation `rotationId` is under way',
      ].join('\n'),
    }),
    code: z.string().exactOptional().meta({
      description:
        'Why, in a word for programs: `due`, `overdue`, `age-unknown`, the reason of a block or skip, why it could not be taken up, or the state of the running rotation. `UnreadableId`: `accountId` is what a list gave, as far as it can be shown, and none that this app can go by.',
    }),
    reason: z.string().exactOptional().meta({ description: 'Why, in words.' }),
    keyType: keyType.exactOptional(),
    dueAt: time(
      'From when on the timer rotates the account; absent where the age of a key is not known.',
      '2026-12-04T03:00:00.000Z',
    ).exactOptional(),
    overlapEndsAt: time('When the overlap ends.', '2026-12-02T16:31:22.318Z').exactOptional(),
    overdue: z.boolean().meta({ description: 'Whether a key is known to be past its max age.' }),
    olderKey: keyType.exactOptional(),
    olderKeyAgeDays: days('Age of the older key').exactOptional(),
    newerKey: keyType.exactOptional(),
    newerKeyAgeDays: days('Age of the newer key').exactOptional(),
    maxAgeDays: days('How old a key of the account may get').exactOptional(),
    maxAgeFrom: source.exactOptional().meta({ description: 'Where the max age was set.' }),
    overlapDays: days('How long the other key is left alone after one was announced').exactOptional(),
    overlapFrom: source.exactOptional().meta({ description: 'Where the overlap was set.' }),
    rotationId: rotationId.exactOptional(),
    verified: verified('Whether Azure Maps accepted the key announced last'),
    provisioningState: z
      .string()
      .exactOptional()
      .meta({ description: 'The account’s provisioning state, where it is not Succeeded.' }),
    formerAccountIds: z.array(z.string()).exactOptional().meta({
      description:
        'ARM ids that the account had before it was moved, until both its keys were regenerated since.',
    }),
    unknownAges: z.array(keyType).exactOptional().meta({
      description: 'The keys of which ARM gives no time: one of them counts as the older key, and is due.',
    }),
    failedTry: z.string().exactOptional().meta({
      description:
        'Why the timer could not take it up the last time, mostly since its keys could not be read, in a word for programs; `reason` has it in words.',
    }),
  })
  .meta({ description: 'What the timer would do with one account now, and why.' });

export const timerRun = z
  .object({
    timer,
    lastRunAt: time('When its last run ended.', '2026-11-25T03:00:02.114Z'),
    ageSeconds: z.number().meta({ description: 'How long ago that was.' }),
    counts: timerCounts,
  })
  .meta({ description: 'The last run of a timer that came to its end.' });

export const failedScope = z
  .object({
    scope: z.string().meta({ description: 'ARM id of the scope.' }),
    code,
    message,
  })
  .meta({
    description:
      'A scope that could not be listed, or not to its end, so that accounts of it are not in the plan. `ListGoesInCircles`, `ListHasNoEnd` and `ListNotFinished` are said of lists that this app broke off; other codes are of the call that failed.',
  });

export const plan = z
  .object({
    value: z.array(plannedAccount).meta({ description: 'An entry for each account of the page.' }),
    errors: z.array(failedScope).exactOptional().meta({ description: 'Absent where there are none.' }),
    timers: z.array(timerRun).meta({ description: 'The timers that have run.' }),
    nextLink,
  })
  .meta({ description: 'A page of the plan. A page may have no account and a `nextLink` all the same.' });

export const timerHealth = z
  .object({
    timer,
    lastRunAt: time(
      'When its last run ended; absent before its first.',
      '2026-11-25T03:00:02.114Z',
    ).exactOptional(),
    late: z.boolean().meta({
      description:
        'Whether it should have run since; where it never ran, since the app was first asked for this.',
    }),
    counts: timerCounts.exactOptional(),
  })
  .meta({ description: 'Whether a timer runs.' });

export const health = z
  .object({
    status: z.enum(['healthy', 'unhealthy']).meta({ description: '`unhealthy` where anything is wrong.' }),
    timers: z
      .array(timerHealth)
      .exactOptional()
      .meta({ description: 'Absent where settings are wrong or storage does not answer.' }),
    settings: z
      .array(z.string())
      .exactOptional()
      .meta({ description: 'Names of the app settings that are wrong; absent where there are none.' }),
  })
  .meta({ description: 'Whether the settings are right, storage answers and the timers run in time.' });
