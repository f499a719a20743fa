/** Refused, and sure to pass. */
export const PASSES = { passes: true, turn: 'azure', carriedOut: 'no' } as const;

/** Refused until somebody changes something. */
export const STAYS = { passes: false, turn: 'operator', carriedOut: 'no' } as const;

/** Refused until somebody changes something; where that was done just now, it takes a while to apply. */
export const APPLIES_LATE = { passes: true, turn: 'operator', carriedOut: 'no' } as const;

export const WAIT =
  'Wait: the app tries again by itself. If it goes on for an hour, look at the health of {service} in the portal.';

/** Of a role that is missing. */
export const NEEDS_ROLE = {
  title: 'Permission missing',
  meaning: 'The app’s identity{who} needs a role with {action} on {scope}, or on a scope above it.',
  todo: 'Assign the role to it (docs/deploy.md has all of them). A role just assigned can take some minutes, for a managed identity up to a day.',
} as const;

/** Of a network that lets nobody in but those that it knows. */
export const NETWORK_REFUSES = {
  title: 'Network keeps the app out',
  meaning: 'A network rule of {service} keeps the app out, so it is no matter of roles.',
  todo: 'Let the app’s network in at {scope}: its subnet or outbound addresses in the firewall, or a private endpoint.',
} as const;

export const THROTTLED = {
  title: 'Throttled',
  meaning: 'Too many requests: {service} allows so many in a time, and they were used up.',
  todo: 'Wait: the app paces itself and tries again later.',
} as const;

/** Neither the app nor a client of the SDK drops a token before it expires. */
export const TOKEN_REFUSED = {
  title: 'Token refused',
  meaning: 'The token of the app’s own identity was refused.',
  todo: 'Check that identity (AZURE_CLIENT_ID) and the endpoint settings of the cloud, then restart the Function App: it uses the token that it has until that expires, which can be a day.',
} as const;

/** Of another change that Azure has to finish first. */
export const BUSY = {
  title: 'Another change is under way',
  meaning: 'Another change may be under way.',
  todo: 'Wait: the app tries again by itself. If it stays, look at {scope} in the portal.',
} as const;

/** The service is in trouble, and what was asked for may have been done. */
export const IN_TROUBLE = { passes: true, turn: 'azure', carriedOut: 'unknown' } as const;

export function inTrouble<S extends number>(status: S, meaning: string) {
  return { ...IN_TROUBLE, status, title: 'Azure has trouble', meaning, todo: WAIT } as const;
}
