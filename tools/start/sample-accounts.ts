import type { AccountSeed } from '../local-azure/local-azure.ts';

export const SAMPLE_SUBSCRIPTION = '21a9967a-e8a9-4656-a70b-96ff1c4d05a0';

const DAY = 86_400_000;

/** Accounts of different ages: what the policy says of each is what there is to see. */
export function sampleAccounts(now: number): AccountSeed[] {
  const daysAgo = (days: number) => new Date(now - days * DAY);
  const account = (
    name: string,
    primaryAge: number,
    secondaryAge: number,
    more: Partial<AccountSeed> = {},
  ) => ({
    subscriptionId: SAMPLE_SUBSCRIPTION,
    resourceGroup: 'rg-maps',
    name,
    tags: { 'key-rotation': 'enabled' },
    primaryKeyLastUpdated: daysAgo(primaryAge),
    // Keys of one age are those that the account came with.
    ...(secondaryAge !== primaryAge && { secondaryKeyLastUpdated: daysAgo(secondaryAge) }),
    ...more,
  });
  return [
    account('map-storefront', 400, 400),
    account('map-tracking', 20, 20),
    account('map-logistics', 120, 30, {
      tags: { 'key-rotation': 'enabled', 'key-rotation-in-use': 'secondary' },
    }),
    account('map-archive', 120, 30),
    account('map-legacy', 800, 800, { tags: {} }),
    account('map-entra-only', 200, 200, { disableLocalAuth: true }),
  ];
}
