import type { Concern } from './attention.ts';
import type { HealthAnswer } from './wire.ts';

/** What each timer does, by its function's name. */
export const TIMERS: Readonly<Record<string, string>> = {
  rotateDueAccounts: 'Rotates the accounts that are due',
  reconcileRotations: 'Wakes rotations that got stuck',
};

/** A timer that stopped tells nobody, so the app's health does. */
export function healthConcerns(health: HealthAnswer | undefined): readonly Concern[] {
  const late = health?.timers?.filter((timer) => timer.late) ?? [];
  if (health === undefined || health.status === 'healthy') return [];
  const base = { id: 'health', severity: 'error' as const, total: 1 };
  if (late.length === 0) {
    return [
      {
        ...base,
        title: 'The app is not healthy',
        meaning: 'Its settings are wrong, or its storage account does not answer.',
        todo: 'Read the message of the app, if this page shows one, and the app’s log.',
        examples: [],
      },
    ];
  }
  return [
    {
      ...base,
      title: late.length === 1 ? 'A timer has stopped' : 'The timers have stopped',
      meaning: 'It has not run for longer than its schedule allows. Nothing is rotated by itself meanwhile.',
      todo: 'Restart the Function App in the portal; if it goes on, deploy it again, and look at its log for errors of the timer.',
      examples: late.map(({ timer, lastRun }) => ({
        name: timer,
        ...(lastRun !== undefined && { at: Date.parse(lastRun) }),
      })),
    },
  ];
}
