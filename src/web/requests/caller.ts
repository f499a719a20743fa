import type { HttpRequest } from '@azure/functions';
import { z } from 'zod';
import type { Failure } from '../../core/failure.ts';
import { fault } from '../../core/failure.ts';
import type { HttpAuth } from '../../settings/settings.ts';

/** The app roles of the Entra ID application. */
export type AppRole = 'Rotations.Read' | 'Rotations.Rotate' | 'Keys.Read';

const PRINCIPAL = 'x-ms-client-principal';

const ROLE_CLAIMS = new Set(['roles', 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role']);

/** Undefined where the caller may go on. With function keys, the host has refused everybody else already. */
export function refuseCaller(
  auth: HttpAuth,
  request: HttpRequest,
  needed: readonly AppRole[],
): Failure | undefined {
  if (auth === 'key') return undefined;
  const roles = readRoles(request.headers.get(PRINCIPAL));
  if (roles === undefined) {
    const problem = request.headers.has(PRINCIPAL)
      ? 'the X-MS-CLIENT-PRINCIPAL of this request can not be read, so it is not from the platform'
      : 'the platform sent no X-MS-CLIENT-PRINCIPAL for this request';
    return fault(401, 'Unauthorized', `Sign in with Microsoft Entra ID: ${problem}.`);
  }
  if (isForeign(request)) {
    return fault(
      403,
      'CrossSiteRequest',
      'A page of another site made the browser send this request with the sign-in of its user. Send it from a page of this app, or with a token in the header Authorization.',
    );
  }
  const missing = needed.find((role) => !roles.has(role));
  if (missing === undefined) return undefined;
  return fault(
    403,
    'MissingAppRole',
    `The caller needs the app role ${missing} of this app's Entra ID application.`,
    {
      target: missing,
    },
  );
}

/** A browser adds the cookie of the sign-in whoever makes it send: a form of any site could rotate a key. */
function isForeign({ method, headers }: HttpRequest): boolean {
  const site = headers.get('sec-fetch-site') ?? 'none';
  return method !== 'GET' && !headers.has('authorization') && site !== 'same-origin' && site !== 'none';
}

// https://learn.microsoft.com/azure/app-service/configure-authentication-user-identities
const clientPrincipal = z.object({
  role_typ: z.string().optional(),
  claims: z.array(z.object({ typ: z.string(), val: z.string() })),
});

/** Undefined where there is no principal, or none that can be read. */
function readRoles(header: string | null): Set<string> | undefined {
  if (header === null) return undefined;
  const principal = clientPrincipal.safeParse(parseJson(Buffer.from(header, 'base64').toString('utf8')));
  if (!principal.success) return undefined;
  const { claims, role_typ: roleType } = principal.data;
  const isRole = (type: string) => type === roleType || ROLE_CLAIMS.has(type);
  return new Set(claims.filter(({ typ }) => isRole(typ)).map(({ val }) => val));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
