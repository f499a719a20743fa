import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { isObject, parseJson } from '../server/http.ts';

type TokenFault = 'missing' | 'invalid' | 'audience' | 'expired';
export type TokenCheck = { ok: true } | { ok: false; fault: TokenFault; audience: string };

export type Tokens = {
  issue(audience: string, options?: { lifetimeSeconds?: number }): { token: string; expiresOn: number };
  check(authorization: string | undefined, audiences: readonly string[]): TokenCheck;
  /** All tokens issued so far are refused as invalid. */
  revokeAll(): void;
  /** All tokens issued so far are refused as expired. */
  expireAll(): void;
  /** For the tokens issued from now on. */
  setLifetime(seconds: number): void;
};

export const principalId = '5a3f1c5e-0c4f-4f7e-9d21-7f0c2f5f9b11';
export const tenantId = '72f00000-0000-4000-8000-00000000c0de';

// One key for all instances, so that each honours the others' tokens: MSAL caches tokens by resource for the
// whole process, and Event Grid's resource is the same for every instance that a test process starts.
const signingKey = 'local-azure';
let issued = 0;

/** Tokens live by the real clock: so do the caches of the clients that hold them. */
export function createTokens(lifetimeSeconds: number): Tokens {
  let lifetime = lifetimeSeconds;
  let revokedUpTo = 0;
  let expiredUpTo = 0;

  function check(authorization: string | undefined, audiences: readonly string[]): TokenCheck {
    if (!authorization) return { ok: false, fault: 'missing', audience: '' };
    const claims = readClaims(authorization);
    if (!claims || claims.seq <= revokedUpTo) return { ok: false, fault: 'invalid', audience: '' };
    if (!audiences.some((audience) => sameAudience(audience, claims.aud))) {
      return { ok: false, fault: 'audience', audience: claims.aud };
    }
    if (claims.seq <= expiredUpTo || claims.exp * 1000 <= Date.now()) {
      return { ok: false, fault: 'expired', audience: claims.aud };
    }
    return { ok: true };
  }

  return {
    issue: (audience, options) => issueToken(audience, options?.lifetimeSeconds ?? lifetime),
    check,
    revokeAll: () => {
      revokedUpTo = issued;
    },
    expireAll: () => {
      expiredUpTo = issued;
    },
    setLifetime: (seconds) => {
      lifetime = seconds;
    },
  };
}

/** Audiences are equal with and without a slash at the end; a scope's `/.default` is no part of it. */
function sameAudience(left: string, right: string): boolean {
  return plainAudience(left) === plainAudience(right);
}

export function plainAudience(audience: string): string {
  return audience
    .toLowerCase()
    .replace(/\/\.default$/, '')
    .replace(/\/+$/, '');
}

function issueToken(audience: string, lifetime: number): { token: string; expiresOn: number } {
  const issuedAt = Math.floor(Date.now() / 1000);
  const expiresOn = issuedAt + lifetime;
  issued += 1;
  const claims = {
    aud: audience,
    iss: `https://sts.windows.net/${tenantId}/`,
    iat: issuedAt,
    nbf: issuedAt,
    exp: expiresOn,
    oid: principalId,
    tid: tenantId,
    uti: randomUUID(),
    seq: issued,
  };
  const unsigned = `${encode({ typ: 'JWT', alg: 'HS256' })}.${encode(claims)}`;
  return { token: `${unsigned}.${sign(unsigned)}`, expiresOn };
}

function readClaims(authorization: string): { aud: string; exp: number; seq: number } | null {
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1];
  const [head, payload, signature] = token?.split('.') ?? [];
  if (!head || !payload || !signature) return null;
  const expected = Buffer.from(sign(`${head}.${payload}`));
  const given = Buffer.from(signature);
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return null;
  const parsed = parseJson(Buffer.from(payload, 'base64url').toString('utf8'));
  if (!parsed.ok || !isObject(parsed.value)) return null;
  const { aud, exp, seq } = parsed.value;
  if (typeof aud !== 'string' || typeof exp !== 'number' || typeof seq !== 'number') return null;
  return { aud, exp, seq };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function sign(text: string): string {
  return createHmac('sha256', signingKey).update(text).digest('base64url');
}
