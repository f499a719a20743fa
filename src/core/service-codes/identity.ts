import { APPLIES_LATE, PASSES, THROTTLED, WAIT } from './presets.ts';
import type { ServiceCode, ServiceCodes } from './types.ts';

/** What came of asking the identity endpoint for a token. */
export interface IdentityAnswer {
  /** `unknown`: the token was asked for in a way that tells no more, as on a developer's machine. */
  readonly kind: 'refused' | 'unreadable' | 'empty' | 'none' | 'unknown';
  readonly status?: number;
  readonly correlationId?: string;
  readonly retryAfterSeconds?: number;
}

/**
 * The identity endpoint of App Service has no codes: its answers go by their status, and by what is wrong with their form.
 * https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
 */
export const IDENTITY_ANSWERS = {
  Http400: {
    ...APPLIES_LATE,
    status: 400,
    title: 'No such identity',
    meaning:
      'The Function App has no identity of that client id, or no system-assigned one where none is set.',
    todo: 'If the app has a user-assigned managed identity, the setting AZURE_CLIENT_ID must be that identity’s client id; without one, it must not be set.',
  },
  Http401: {
    ...APPLIES_LATE,
    status: 401,
    title: 'Identity endpoint refuses the app',
    meaning: 'The secret by which the platform knows the app (IDENTITY_HEADER) was not taken.',
    todo: 'Restart the Function App: the platform gives it a new one. No setting of the app may be called IDENTITY_HEADER.',
  },
  Http403: {
    ...APPLIES_LATE,
    status: 403,
    title: 'Identity endpoint refuses the app',
    meaning: 'Something between the app and the identity endpoint, such as a proxy, refused the call.',
    todo: 'Check the settings HTTP_PROXY and NO_PROXY: calls to the identity endpoint must not go by a proxy.',
  },
  Http404: {
    ...APPLIES_LATE,
    status: 404,
    title: 'Identity endpoint not there',
    meaning: 'The platform has no identity endpoint at that address, as for a while during its updates.',
    todo: 'Wait some minutes. If it stays, check that a managed identity is assigned to the Function App, and restart it.',
  },
  Http410: {
    ...PASSES,
    status: 410,
    title: 'Identity endpoint is being updated',
    meaning: 'The platform is updating the identity endpoint, which takes a minute or two.',
    todo: 'Wait: the app tries again by itself. If it stays for ten minutes, restart the Function App.',
  },
  Http429: {
    ...PASSES,
    ...THROTTLED,
    status: 429,
    meaning: 'The identity endpoint gives so many tokens in a time, and they were used up.',
  },
  Http500: {
    ...PASSES,
    status: 500,
    title: 'Identity endpoint has trouble',
    meaning: 'The identity endpoint, or Microsoft Entra ID behind it, is in error.',
    todo: WAIT.replace('{service}', 'App Service and Microsoft Entra ID'),
  },
  Unreadable: {
    ...PASSES,
    status: 200,
    title: 'Unreadable answer of the identity endpoint',
    meaning: 'What answered is not the identity endpoint, or it is in error: it was no JSON with a token.',
    todo: 'Check the settings HTTP_PROXY and NO_PROXY: calls to the identity endpoint must not go by a proxy. If it stays, restart the Function App.',
  },
  Empty: {
    ...PASSES,
    status: 200,
    title: 'Empty answer of the identity endpoint',
    meaning: 'The identity endpoint answered nothing.',
    todo: 'Wait: the app tries again by itself. If it stays, restart the Function App.',
  },
  NoAnswer: {
    ...PASSES,
    status: 0,
    title: 'No answer of the identity endpoint',
    meaning: 'The identity endpoint did not answer in time.',
    todo: 'Wait: the app tries again by itself. If it stays, restart the Function App, and look at the health of App Service.',
  },
  NotKnown: {
    ...APPLIES_LATE,
    status: 0,
    title: 'No token',
    meaning: 'No way of signing in gave a token.',
    todo: 'In Azure, check that a managed identity is assigned to the Function App, and that AZURE_CLIENT_ID is its client id. Elsewhere, sign in with `az login`.',
  },
} as const satisfies ServiceCodes;

export function identityAnswerCode({ kind, status = 0 }: IdentityAnswer): ServiceCode {
  switch (kind) {
    case 'refused':
      return byStatus(status);
    case 'unreadable':
      return status >= 400 ? byStatus(status) : IDENTITY_ANSWERS.Unreadable;
    case 'empty':
      return status >= 400 ? byStatus(status) : IDENTITY_ANSWERS.Empty;
    case 'none':
      return IDENTITY_ANSWERS.NoAnswer;
    case 'unknown':
      return IDENTITY_ANSWERS.NotKnown;
    default:
      return kind satisfies never;
  }
}

function byStatus(status: number): ServiceCode {
  const known: ServiceCode | undefined = Object.values(IDENTITY_ANSWERS).find((one) => one.status === status);
  return known ?? (status >= 500 ? IDENTITY_ANSWERS.Http500 : IDENTITY_ANSWERS.NotKnown);
}
