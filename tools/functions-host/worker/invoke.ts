import { randomBytes, randomUUID } from 'node:crypto';
import type { HostFunction } from '../functions.ts';
import type { Log } from '../log.ts';
import type { AppState } from './core-api.ts';
import type {
  CoreInvocationContext,
  RpcInvocationRequest,
  RpcInvocationResponse,
  RpcTypedData,
} from './rpc.ts';

export interface Trigger {
  data: RpcTypedData;
  metadata?: Record<string, RpcTypedData>;
  reason: string;
  /** An incoming W3C `traceparent`: the trace goes on in the function. */
  traceParent?: string | undefined;
}

export type InvocationResult =
  | { kind: 'succeeded'; invocationId: string; response: RpcInvocationResponse }
  | { kind: 'failed'; invocationId: string; error: Error };

export interface Invoker {
  invoke(target: HostFunction, trigger: Trigger): Promise<InvocationResult>;
  running(): number;
  /** Waits for the running invocations. */
  drain(): Promise<void>;
}

export function createInvoker(state: AppState, log: Log): Invoker {
  const running = new Set<Promise<unknown>>();
  return {
    invoke(target, trigger) {
      const run = invoke(state, log, target, trigger);
      running.add(run);
      void run.finally(() => running.delete(run));
      return run;
    },
    running: () => running.size,
    async drain() {
      while (running.size > 0) {
        await Promise.allSettled(running);
      }
    },
  };
}

async function invoke(
  state: AppState,
  log: Log,
  target: HostFunction,
  trigger: Trigger,
): Promise<InvocationResult> {
  const invocationId = randomUUID();
  const category = `Function.${target.name}`;
  const start = performance.now();
  log(
    'information',
    category,
    `Executing 'Functions.${target.name}' (Reason='${trigger.reason}', Id=${invocationId})`,
    invocationId,
  );
  const finish = (outcome: string) =>
    `Executed 'Functions.${target.name}' (${outcome}, Id=${invocationId}, Duration=${Math.round(performance.now() - start)}ms)`;
  try {
    const request = toRequest(invocationId, target, trigger);
    const response = await runModel(state, log, target, request);
    log('information', category, finish('Succeeded'), invocationId);
    return { kind: 'succeeded', invocationId, response };
  } catch (thrown) {
    const error = toError(thrown);
    log(
      'error',
      category,
      `${finish('Failed')}\nResult: Failure\nException: ${error.stack ?? error.message}`,
      invocationId,
    );
    return { kind: 'failed', invocationId, error };
  }
}

function toRequest(invocationId: string, target: HostFunction, trigger: Trigger): RpcInvocationRequest {
  return {
    invocationId,
    functionId: target.metadata.functionId,
    inputData: [{ name: target.triggerName, data: trigger.data }],
    triggerMetadata: trigger.metadata ?? {},
    traceContext: { traceParent: nextTraceParent(trigger.traceParent), traceState: '', attributes: {} },
  };
}

/** The order of the steps and of the states is the worker's contract with a programming model. */
async function runModel(
  state: AppState,
  log: Log,
  target: HostFunction,
  request: RpcInvocationRequest,
): Promise<RpcInvocationResponse> {
  if (!state.programmingModel) {
    throw new Error('The app has set no programming model.');
  }
  const core = createCoreContext(log, target, request);
  const model = await state.programmingModel.getInvocationModel(core);
  const { context, inputs } = await model.getArguments();
  const shared = createHookContext(state, context);
  const before = inherit(shared, { inputs, functionCallback: target.callback });
  await inState(core, 'preInvocationHooks', () => runHooks(state.hooks.preInvocation, before));

  const after = inherit(shared, { inputs: before.inputs, result: null as unknown, error: null as unknown });
  await inState(core, 'invocation', async () => {
    try {
      after.result = await model.invokeFunction(context, before.inputs, before.functionCallback);
    } catch (error) {
      after.error = error ?? new Error('Unknown error');
    }
  });

  await inState(core, 'postInvocationHooks', () => runHooks(state.hooks.postInvocation, after));
  if (after.error !== null && after.error !== undefined) {
    throw after.error;
  }
  return model.getResponse(context, after.result);
}

/** What the hooks of one invocation share, each by a getter: they may change it, but not put something else there. */
function createHookContext(state: AppState, invocationContext: unknown): object {
  const hookData = {};
  return {
    get hookData() {
      return hookData;
    },
    get appHookData() {
      return state.appHookData;
    },
    get invocationContext() {
      return invocationContext;
    },
  };
}

function createCoreContext(
  log: Log,
  target: HostFunction,
  request: RpcInvocationRequest,
): CoreInvocationContext {
  return {
    invocationId: request.invocationId,
    request,
    metadata: target.metadata,
    state: undefined,
    log(level, category, message) {
      // In Azure the app's own lines and the worker's come under these two categories.
      const name = `Function.${target.name}${category === 'user' ? '.User' : ''}`;
      log(level, name, message, request.invocationId);
    },
  };
}

async function inState(
  core: CoreInvocationContext,
  state: NonNullable<CoreInvocationContext['state']>,
  action: () => Promise<void>,
): Promise<void> {
  core.state = state;
  try {
    await action();
  } finally {
    core.state = undefined;
  }
}

async function runHooks(hooks: readonly ((context: object) => unknown)[], context: object): Promise<void> {
  for (const hook of hooks) {
    await hook(context);
  }
}

function inherit<S extends object, T extends object>(shared: S, own: T): S & T {
  return Object.defineProperties({ ...own }, Object.getOwnPropertyDescriptors(shared)) as S & T;
}

function toError(thrown: unknown): Error {
  if (thrown instanceof Error) {
    return thrown;
  }
  return new Error(typeof thrown === 'string' ? thrown : (JSON.stringify(thrown) ?? String(thrown)));
}

function nextTraceParent(incoming: string | undefined): string {
  const found = /^00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/.exec(incoming ?? '');
  const traceId = found?.[1] ?? randomBytes(16).toString('hex');
  return `00-${traceId}-${randomBytes(8).toString('hex')}-${found?.[2] ?? '00'}`;
}
