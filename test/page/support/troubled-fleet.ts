import { accountId, planRow, rotation } from '../../web/page/support/fleet.ts';

/** What somebody could write into a name or a tag. */
export const ATTACK = '<img src=x onerror="document.title=1"><script>document.title=2</script>';
const HOUR = 3_600_000;
const now = Date.now();

/** Small, and with one of everything that can be wrong. */
export const TROUBLED_FLEET = {
  plan: [
    planRow('map-storefront', { decision: 'rotate', code: 'overdue', overdue: true, olderKeyAgeDays: 97 }),
    planRow('map-tracking', { decision: 'rotate', code: 'due', olderKeyAgeDays: 84 }),
    planRow('map-logistics'),
    planRow('map-depot', { verified: false, newerKeyAgeDays: 0.04 }),
    planRow('map-fleet', {
      decision: 'blocked',
      code: 'Overlap',
      reason: 'Too early.',
      overlapEndsAt: new Date(now + 60 * HOUR).toISOString(),
    }),
    planRow('map-kiosk', {
      decision: 'blocked',
      code: 'EventPending',
      reason: 'Event Grid has not yet accepted the event.',
    }),
    planRow('map-legacy', { decision: 'skip', code: 'Disabled', reason: 'Rotation is not enabled.' }),
    planRow('map-partner', {
      decision: 'skip',
      code: 'Misconfigured',
      reason: `The tag key-rotation is '${ATTACK}'.`,
    }),
    planRow('x', { accountId: accountId(ATTACK), decision: 'skip', code: 'InUseUnknown', reason: ATTACK }),
    planRow('map-checkout', {
      decision: 'running',
      code: 'Timeout',
      reason: 'Azure Resource Manager did not answer.',
    }),
    planRow(`map-${'long-name-'.repeat(8)}end`, { decision: 'unread' }),
  ],
  errors: [{ scope: `/subscriptions/${ATTACK}`, code: ATTACK, message: ATTACK }],
  rotations: [
    rotation('map-checkout', now - 30_000, { state: 'started', error: { code: 'Timeout', message: ATTACK } }),
    rotation('map-depot', now - HOUR, { verified: false }),
    rotation('map-logistics', now - 5 * HOUR, {
      state: 'failed',
      reason: 'overdue',
      error: {
        code: 'AuthorizationFailed',
        message: 'Azure Resource Manager answered 403: the identity needs a role.',
      },
    }),
    rotation('map-fleet', now - 100 * HOUR, { trigger: 'http', reason: 'requested' }),
  ],
  health: {
    status: 'unhealthy' as const,
    timers: [
      { timer: 'rotateDueAccounts' as const, lastRunAt: new Date(now - 50 * HOUR).toISOString(), late: true },
      {
        timer: 'reconcileRotations' as const,
        lastRunAt: new Date(now - 60_000).toISOString(),
        late: false,
        counts: { woken: 2 },
      },
    ],
  },
};
