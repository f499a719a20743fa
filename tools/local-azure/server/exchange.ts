import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { toKeyType } from '../arm/arm-maps.ts';
import type { Call, Operation, RequestHook } from '../types.ts';
import type { Fault, FaultList } from './faults.ts';
import {
  header,
  type Incoming,
  isObject,
  parseJson,
  pathWithoutKey,
  type Reply,
  readIncoming,
  type Work,
  writeReply,
} from './http.ts';

export type Exchange = {
  faults: FaultList;
  calls: Call[];
  now: () => Date;
  latencyMs: number;
  hook: RequestHook | undefined;
  /** Aborted at close: what waits is dropped, and nothing more is carried out. */
  closing: AbortSignal;
};

/** One request from arrival to answer: recorded, perhaps held up or spoilt by a fault, watched by the hook. */
export async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  toWork: (incoming: Incoming) => Work,
  exchange: Exchange,
): Promise<void> {
  let call: Call | undefined;
  try {
    const incoming = await readIncoming(request);
    const work = toWork(incoming);
    call = recordCall(incoming, work, exchange);
    const fault = exchange.faults.take(work);
    call.fault = fault ?? null;
    const reply = await perform(incoming, work, fault, call, exchange);
    call.outcome = fault?.drop ? 'dropped' : 'answered';
    if (reply) writeReply(response, reply, exchange.now(), fault?.drop === 'midway');
    else request.socket.destroy();
  } catch (error) {
    // Closing, the client has gone, or the hook threw: no answer in any case.
    if (call) call.outcome = 'dropped';
    if (call && !exchange.closing.aborted) call.error = String(error);
    request.socket.destroy();
  } finally {
    if (call) call.endedAt = performance.now();
  }
}

/** Makes the change and the answer, in the order that `Fault` states; undefined where there is to be none. */
async function perform(
  incoming: Incoming,
  work: Work,
  fault: Fault | undefined,
  call: Call,
  exchange: Exchange,
): Promise<Reply | undefined> {
  const tell = (phase: 'before' | 'after') => callHook(phase, incoming, work, call, exchange);
  const run = () => {
    const reply = work.run();
    call.changed = reply.changed ?? false;
    return reply;
  };
  await tell('before');
  if (work.latency) await pause(exchange.latencyMs, exchange.closing);
  const early = fault?.carryOut ? run() : undefined;
  await pause(fault?.delayMs ?? 0, exchange.closing);
  if (fault?.drop === 'before') return undefined;
  const spoilt = fault?.status === undefined ? undefined : faultReply(work, fault.status, fault);
  const reply = spoilt ?? early ?? run();
  call.status = fault?.drop === 'after' ? null : reply.status;
  await tell('after');
  exchange.closing.throwIfAborted();
  return fault?.drop === 'after' ? undefined : { ...reply, headers: { ...work.headers(), ...reply.headers } };
}

function faultReply(work: Work, status: number, fault: Fault): Reply {
  const usual = work.fail(status, fault.code, fault.headers);
  return {
    ...usual,
    ...(fault.body !== undefined && { body: fault.body }),
    headers: { ...usual.headers, ...fault.headers },
  };
}

async function pause(milliseconds: number, closing: AbortSignal): Promise<void> {
  if (milliseconds <= 0) return;
  if (Number.isFinite(milliseconds)) {
    await sleep(milliseconds, undefined, { signal: closing });
    return;
  }
  closing.throwIfAborted();
  await new Promise((_resolve, reject) => {
    closing.addEventListener('abort', () => reject(closing.reason), { once: true });
  });
}

async function callHook(
  phase: 'before' | 'after',
  incoming: Incoming,
  work: Work,
  call: Call,
  exchange: Exchange,
): Promise<void> {
  if (!exchange.hook || work.operation === 'other') return;
  await exchange.hook(work.operation, phase, {
    account: work.account,
    accountId: work.accountId,
    keyType: keyTypeOf(work.operation, incoming.body),
    path: incoming.url.pathname,
    body: incoming.body,
    status: call.status,
    changed: call.changed,
  });
}

function keyTypeOf(operation: Operation, body: string) {
  const parsed = operation === 'regenerateKey' ? parseJson(body) : undefined;
  return parsed?.ok && isObject(parsed.value) ? (toKeyType(parsed.value.keyType) ?? null) : null;
}

function recordCall(incoming: Incoming, work: Work, exchange: Exchange): Call {
  const call: Call = {
    operation: work.operation,
    method: incoming.method,
    path: pathWithoutKey(incoming.url),
    account: work.account,
    time: exchange.now().toISOString(),
    clientRequestId: header(incoming, 'x-ms-client-request-id'),
    userAgent: header(incoming, 'user-agent'),
    startedAt: performance.now(),
    endedAt: null,
    outcome: 'pending',
    status: null,
    changed: false,
    fault: null,
    error: null,
  };
  exchange.calls.push(call);
  return call;
}
