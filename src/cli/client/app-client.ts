import { setTimeout as delay } from 'node:timers/promises';
import type { z } from 'zod';
import type { Answered, Call, Connection, Exchange } from './exchange.ts';
import { exchange, interrupted } from './exchange.ts';
import { refusal, timeIsUp, unexpectedAnswer, unreachable } from './refusal.ts';

/** The app, as one command sees it. What it refuses ends the command, as a `CliError`. */
export interface AppClient {
  /** Sends a request, again where that can help: a POST must have a Repeatability-Request-ID, so that it harms nothing. */
  request<T>(call: Call, schema: z.ZodType<T>): Promise<T>;
  /** Throws where the person interrupts. */
  sleep(seconds: number): Promise<void>;
  /** Seconds until the command's time is up. */
  timeLeft(): number;
}

export interface Patience {
  /** For the whole command. */
  readonly timeoutSeconds: number;
  readonly requestSeconds?: number;
}

export function createAppClient(connection: Connection, patience: Patience): AppClient {
  const { timeoutSeconds, requestSeconds = 60 } = patience;
  const end = performance.now() + timeoutSeconds * 1000;
  const timeLeft = () => (end - performance.now()) / 1000;
  const sleep = (seconds: number) => pause(seconds, connection.signal);

  async function send(call: Call): Promise<Answered> {
    let reached = false;
    for (let attempt = 1; ; attempt++) {
      const tried = await exchange(connection, call, Math.min(requestSeconds, timeLeft()) * 1000);
      reached ||= tried.kind === 'unanswered' && tried.reached;
      const seconds = pauseBefore(tried, attempt, call.method === 'POST' && reached);
      if (seconds === undefined) {
        if (tried.kind === 'answered') return tried;
        throw unreachable(tried.reason, connection.app);
      }
      if (seconds >= timeLeft()) throw timeIsUp(tried, call.method, reached);
      await sleep(seconds);
    }
  }

  return {
    async request(call, schema) {
      const answered = await send(call);
      if (answered.status !== 200) throw refusal(answered);
      const read = schema.safeParse(answered.body);
      if (!read.success) throw unexpectedAnswer(answered.status);
      return read.data;
    },
    sleep,
    timeLeft,
  };
}

const MAX_UNANSWERED = 4;
const FIRST_PAUSE = 0.5;
const MAX_PAUSE = 15;

/** Undefined where the request is not sent again. `inDoubt`: a rotation may have begun, so it must be found out. */
function pauseBefore(tried: Exchange, attempt: number, inDoubt: boolean): number | undefined {
  const growing = Math.min(FIRST_PAUSE * 2 ** (attempt - 1), MAX_PAUSE);
  if (tried.kind === 'unanswered') {
    const hopeless = tried.lasting || attempt >= MAX_UNANSWERED;
    return hopeless && !inDoubt ? undefined : growing;
  }
  const { status, headers } = tried;
  const retryAfter = Number(headers.get('retry-after') ?? Number.NaN);
  if (status >= 500 && retryAfter >= 0) return Math.max(retryAfter, FIRST_PAUSE);
  if (![408, 429, 502, 503, 504].includes(status)) return undefined;
  return retryAfter >= 0 ? Math.max(retryAfter, FIRST_PAUSE) : growing;
}

async function pause(seconds: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(seconds * 1000, undefined, { signal });
  } catch {
    throw interrupted();
  }
}
