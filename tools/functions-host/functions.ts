import { parseRoute, type Route } from './http/routes.ts';
import { type Environment, isDisabled, resolveConnection, resolveExpression } from './settings.ts';
import { parseSchedule, type Schedule } from './timer/timer-schedule.ts';
import type { AppState, RegisteredFunction } from './worker/core-api.ts';
import type { FunctionCallback, RpcBindingInfo, RpcFunctionMetadata } from './worker/rpc.ts';

export type AuthLevel = 'anonymous' | 'function' | 'admin';

export interface HttpTrigger {
  kind: 'http';
  route: Route;
  /** Upper case; none means all. */
  methods: readonly string[];
  authLevel: AuthLevel;
}

export interface TimerTrigger {
  kind: 'timer';
  schedule: Schedule;
  runOnStartup: boolean;
  /** Whether the function is told the schedule's status. */
  useMonitor: boolean;
}

export interface QueueTrigger {
  kind: 'queue';
  queueName: string;
  connectionString: string;
}

/** Delivered to a webhook of the host. */
export interface EventGridTrigger {
  kind: 'eventGrid';
}

export interface HostFunction<T = HttpTrigger | TimerTrigger | QueueTrigger | EventGridTrigger> {
  name: string;
  triggerName: string;
  trigger: T;
  disabled: boolean;
  metadata: RpcFunctionMetadata;
  callback: FunctionCallback;
}

export interface FunctionError {
  name: string;
  message: string;
}

/** One function in error does not stop the others. The order, by name, is that in which routes are tried. */
export function indexFunctions(
  state: AppState,
  routePrefix: string,
  env: Environment,
): { functions: HostFunction[]; errors: FunctionError[] } {
  const functions: HostFunction[] = [];
  const errors: FunctionError[] = [];
  const registered = [...state.functions.values()].sort((a, b) =>
    compareNames(a.metadata.name, b.metadata.name),
  );
  for (const entry of registered) {
    const { name } = entry.metadata;
    try {
      const found = toHostFunction(entry, routePrefix, env);
      checkConflicts(found, functions);
      functions.push(found);
    } catch (error) {
      errors.push({ name, message: error instanceof Error ? error.message : String(error) });
    }
  }
  return { functions, errors };
}

/** Ordinal, without regard to case: Azure has no route precedence, the first function by name that matches is it. */
function compareNames(a: string, b: string): number {
  const [left, right] = [a.toUpperCase(), b.toUpperCase()];
  return left < right ? -1 : left > right ? 1 : 0;
}

function toHostFunction(
  { metadata, callback }: RegisteredFunction,
  prefix: string,
  env: Environment,
): HostFunction {
  if (!/^[a-z][a-z0-9_-]{0,127}$/i.test(metadata.name)) {
    throw new Error(`'${metadata.name}' is not a valid function name.`);
  }
  const bindings = Object.entries(metadata.bindings);
  const triggers = bindings.filter(([, info]) => /trigger$/i.test(info.type ?? ''));
  const [first] = triggers;
  if (!first || triggers.length > 1) {
    throw new Error('A function needs exactly one trigger.');
  }
  for (const [, info] of bindings) {
    if (info !== first[1] && info.type?.toLowerCase() !== 'http') {
      throw new Error(
        `This local host does not support the binding type '${info.type}' (${info.direction}).`,
      );
    }
  }
  const trigger = toTrigger(metadata.name, first[1], prefix, env);
  return {
    name: metadata.name,
    triggerName: first[0],
    trigger,
    disabled: isDisabled(metadata.name, env),
    metadata,
    callback,
  };
}

function toTrigger(
  name: string,
  info: RpcBindingInfo,
  prefix: string,
  env: Environment,
): HostFunction['trigger'] {
  switch (info.type?.toLowerCase()) {
    case 'httptrigger':
      return toHttpTrigger(name, info, prefix);
    case 'timertrigger': {
      const schedule = parseSchedule(resolveExpression(text(info, 'schedule') ?? '', env));
      const useMonitor = info.useMonitor !== false && !schedule.subMinute;
      return { kind: 'timer', schedule, runOnStartup: info.runOnStartup === true, useMonitor };
    }
    case 'queuetrigger': {
      const queueName = resolveExpression(text(info, 'queueName') ?? '', env).toLowerCase();
      if (!/^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/.test(queueName)) {
        throw new Error(`'${queueName}' is not a valid queue name.`);
      }
      return { kind: 'queue', queueName, connectionString: resolveConnection(text(info, 'connection'), env) };
    }
    case 'eventgridtrigger':
      return { kind: 'eventGrid' };
    default:
      throw new Error(`This local host does not support the trigger type '${info.type}'.`);
  }
}

function toHttpTrigger(name: string, info: RpcBindingInfo, prefix: string): HttpTrigger {
  const template = (text(info, 'route') || name).replace(/^\/|\/$/g, '');
  if (/^(admin|runtime)/i.test(template)) {
    throw new Error('The specified route conflicts with one or more built in routes.');
  }
  const authLevel = (text(info, 'authLevel') ?? 'function').toLowerCase();
  if (authLevel !== 'anonymous' && authLevel !== 'function' && authLevel !== 'admin') {
    throw new Error(`'${authLevel}' is not an auth level (anonymous, function, admin).`);
  }
  const methods = Array.isArray(info.methods)
    ? info.methods.map((method) => String(method).toUpperCase())
    : [];
  return { kind: 'http', route: parseRoute(prefix ? `${prefix}/${template}` : template), methods, authLevel };
}

function checkConflicts(found: HostFunction, others: readonly HostFunction[]): void {
  const { trigger } = found;
  for (const other of others) {
    if (other.name.toLowerCase() === found.name.toLowerCase()) {
      throw new Error(`The function name '${found.name}' must be unique within the function app.`);
    }
    if (trigger.kind !== 'http' || other.trigger.kind !== 'http') {
      continue;
    }
    const all = trigger.methods.length === 0 || other.trigger.methods.length === 0;
    const sameMethod =
      all || trigger.methods.some((method) => (other.trigger as HttpTrigger).methods.includes(method));
    if (sameMethod && trigger.route.template.toLowerCase() === other.trigger.route.template.toLowerCase()) {
      throw new Error(`The route specified conflicts with the route defined by function '${other.name}'.`);
    }
  }
}

function text(info: RpcBindingInfo, property: string): string | undefined {
  const value = info[property];
  return typeof value === 'string' ? value : undefined;
}
