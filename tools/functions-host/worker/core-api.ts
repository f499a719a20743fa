import Module from 'node:module';
import path from 'node:path';
import type { Log, LogLevel } from '../log.ts';
import type {
  FunctionCallback,
  ProgrammingModel,
  RpcBindingInfo,
  RpcFunctionMetadata,
  RpcLogCategory,
} from './rpc.ts';

export interface RegisteredFunction {
  metadata: RpcFunctionMetadata;
  callback: FunctionCallback;
}

export type HookCallback = (context: object) => unknown;

const hookNames = ['preInvocation', 'postInvocation', 'appStart', 'appTerminate'] as const;
type HookName = (typeof hookNames)[number];

/** What the app told the core API while it was loaded. */
export interface AppState {
  programmingModel?: ProgrammingModel;
  functions: Map<string, RegisteredFunction>;
  hooks: Record<HookName, HookCallback[]>;
  appHookData: Record<string, unknown>;
  entryPoint?: string;
  /** Once the functions are indexed, none can be added. */
  locked: boolean;
}

export function createAppState(): AppState {
  const hooks = { preInvocation: [], postInvocation: [], appStart: [], appTerminate: [] };
  return { functions: new Map(), hooks, appHookData: {}, locked: false };
}

/**
 * Makes `require('@azure/functions-core')` work. Only `require`, and by the very method that the genuine worker
 * patches: an app that needs more than that must not work here either. Returns what takes the patch away.
 */
export function installCoreApi(state: AppState, hostVersion: string, log: Log): () => void {
  const api = createCoreApi(state, hostVersion, log);
  const prototype = Module.prototype as { require(id: string): unknown };
  const original = prototype.require;
  prototype.require = function requireWithCore(this: unknown, id: string): unknown {
    return id === '@azure/functions-core' ? api : original.call(this, id);
  };
  return () => {
    prototype.require = original;
  };
}

function createCoreApi(state: AppState, hostVersion: string, log: Log): object {
  return {
    version: '3.0.0-local',
    hostVersion,
    Disposable,
    registerFunction: (metadata: FunctionRegistration, callback: FunctionCallback) =>
      registerFunction(state, metadata, callback),
    registerHook: (name: string, callback: HookCallback) => registerHook(state, name, callback),
    setProgrammingModel(model: ProgrammingModel) {
      log(
        'information',
        'Host.Worker',
        `Setting Node.js programming model to "${model.name}" version "${model.version}"`,
      );
      state.programmingModel = model;
    },
    getProgrammingModel: () => state.programmingModel,
    log: (level: LogLevel, category: RpcLogCategory, message: string) =>
      log(level, category === 'user' ? 'Host.Worker.User' : 'Host.Worker', message),
  };
}

interface FunctionRegistration {
  name: string;
  functionId?: string;
  bindings: Record<string, RpcBindingInfo>;
  retryOptions?: unknown;
}

function registerFunction(
  state: AppState,
  registration: FunctionRegistration,
  callback: FunctionCallback,
): Disposable {
  if (state.locked) {
    throw systemError(new Error('A function can only be registered during app startup.'));
  }
  const functionId = registration.functionId || registration.name;
  if (state.functions.has(functionId)) {
    throw systemError(new Error(`A function with id "${functionId}" has already been registered.`));
  }
  const { entryPoint } = state;
  const metadata: RpcFunctionMetadata = {
    ...registration,
    functionId,
    rawBindings: Object.entries(registration.bindings).map(([name, info]) =>
      JSON.stringify({ ...info, name }),
    ),
    scriptFile: entryPoint === undefined ? 'unknown' : path.basename(entryPoint),
    ...(entryPoint === undefined ? {} : { directory: path.dirname(entryPoint) }),
  };
  state.functions.set(functionId, { metadata, callback });
  return new Disposable(() => {
    if (state.locked) {
      throw systemError(new Error('A function can only be disposed during app startup.'));
    }
    state.functions.delete(functionId);
  });
}

function registerHook(state: AppState, name: string, callback: HookCallback): Disposable {
  if (!isHookName(name)) {
    throw systemError(new RangeError(`Unrecognized hook "${name}"`));
  }
  const hooks = state.hooks[name];
  hooks.push(callback);
  return new Disposable(() => {
    const index = hooks.indexOf(callback);
    if (index >= 0) {
      hooks.splice(index, 1);
    }
  });
}

function isHookName(name: string): name is HookName {
  return (hookNames as readonly string[]).includes(name);
}

/** `@azure/functions` tells by this mark whose fault an error is. */
function systemError<E extends Error>(error: E): E {
  return Object.assign(error, { isAzureFunctionsSystemError: true });
}

/** A class because the core API promises one. */
class Disposable {
  #callOnDispose: (() => unknown) | undefined;

  constructor(callOnDispose: () => unknown) {
    this.#callOnDispose = callOnDispose;
  }

  static from(...disposables: { dispose: () => unknown }[]): Disposable {
    return new Disposable(() => {
      for (const disposable of disposables) {
        disposable.dispose();
      }
    });
  }

  dispose(): unknown {
    const call = this.#callOnDispose;
    this.#callOnDispose = undefined;
    return call?.();
  }
}
