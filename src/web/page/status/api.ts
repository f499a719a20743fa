import type { Answer, ApiFailure, HealthAnswer, PlanAnswer, RotationRow, RotationsAnswer } from './wire.ts';

export interface RotationsQuery {
  readonly accountId?: string;
  readonly state?: string;
  readonly top?: number;
  readonly skipToken?: string;
}

/** An order to rotate. The id makes each repetition of it join the first one. */
export interface RotateOrder {
  readonly accountId: string;
  readonly force: boolean;
  readonly requestId: string;
  readonly firstSent: number;
}

/** The app's routes. */
export interface Api {
  health(): Promise<HealthAnswer | undefined>;
  plan(skipToken?: string): Promise<Answer<PlanAnswer>>;
  rotations(query: RotationsQuery): Promise<Answer<RotationsAnswer>>;
  rotation(id: string): Promise<Answer<RotationRow>>;
  rotate(order: RotateOrder): Promise<Answer<RotationRow>>;
  /** The app's clock, milliseconds since 1970: this machine's may be wrong. */
  now(): number;
}

type Fetch = (path: string, init: RequestInit) => Promise<Response>;

/** The key is held here and nowhere else: it is gone with the page, and no other page of the origin can read it. */
export function createApi(send: Fetch, key: string | undefined, clock: () => number): Api {
  const credentials: Record<string, string> = key === undefined ? {} : { 'x-functions-key': key };
  let ahead = 0;
  const ask = async <T>(path: string, init: RequestInit = {}): Promise<Answer<T>> => {
    try {
      const headers = { accept: 'application/json', ...credentials, ...(init.headers as object) };
      const response = await send(path, { cache: 'no-store', ...init, headers });
      const date = Date.parse(response.headers.get('date') ?? '');
      if (!Number.isNaN(date)) ahead = date - clock();
      return response.ok
        ? { kind: 'ok', value: (await response.json()) as T }
        : { kind: 'failed', failure: await readFailure(response) };
    } catch {
      return { kind: 'failed', failure: noAnswer() };
    }
  };
  return {
    health: async () => {
      // Unhealthy is answered with 503, and says more than that.
      const response = await send('/api/health', { cache: 'no-store' }).catch(() => undefined);
      return response?.json().catch(() => undefined) as Promise<HealthAnswer | undefined>;
    },
    plan: (skipToken) => ask(`/api/rotations/plan${toQuery({ skipToken })}`),
    rotations: (query) => ask(`/api/rotations${toQuery({ ...query })}`),
    rotation: (id) => ask(`/api/rotations/${encodeURIComponent(id)}`),
    rotate: ({ accountId, force, requestId, firstSent }) =>
      ask(
        `/api${accountId.split('/').map(encodeURIComponent).join('/')}/rotate${force ? '?force=true' : ''}`,
        {
          method: 'POST',
          headers: {
            'repeatability-request-id': requestId,
            'repeatability-first-sent': new Date(firstSent).toUTCString(),
          },
        },
      ),
    now: () => clock() + ahead,
  };
}

/** Of a `nextLink` only the place in the list is used: its host is the one that a proxy may have told the app. */
export function skipTokenOf(nextLink: string | undefined): string | undefined {
  if (nextLink === undefined) return undefined;
  return new URL(nextLink, 'https://localhost').searchParams.get('skipToken') ?? undefined;
}

function toQuery(parameters: Readonly<Record<string, string | number | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) query.set(name, String(value));
  }
  return query.size === 0 ? '' : `?${query}`;
}

/** ARM's `ErrorResponse`; what the host or a proxy answers has none. */
async function readFailure(response: Response): Promise<ApiFailure> {
  const { status, headers } = response;
  const body = (await response.json().catch(() => ({}))) as { error?: { code?: unknown; message?: unknown } };
  const { code, message } = body.error ?? {};
  const rotationId = headers.get('x-ms-rotation-id');
  const retryAfterSeconds = Number(headers.get('retry-after') ?? Number.NaN);
  return {
    status,
    code: typeof code === 'string' ? code : status === 401 ? 'Unauthorized' : `Http${status}`,
    message: typeof message === 'string' ? message : `The app answered ${status}.`,
    ...(rotationId !== null && { rotationId }),
    ...(!Number.isNaN(retryAfterSeconds) && { retryAfterSeconds }),
  };
}

/** Whether it is about who asks. */
export function isRefusal(failure: Pick<ApiFailure, 'status'> | undefined): boolean {
  return failure?.status === 401 || failure?.status === 403;
}

function noAnswer(): ApiFailure {
  return { status: 0, code: 'NoAnswer', message: 'The app did not answer.' };
}
