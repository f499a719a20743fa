import type { HttpHandler, HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import type { Log, LogFields } from '../../app/ports/ports.ts';
import type { Services } from '../../app/ports/services.ts';
import { describeError } from '../../app/thrown-error.ts';
import type { Failure } from '../../core/failure.ts';
import { toJson } from '../../core/plain-text.ts';
import type { HttpAuth, Settings } from '../../settings/settings.ts';
import type { ReplyFacts } from '../../web/replies/reply.ts';
import type { AppRole } from '../../web/requests/caller.ts';
import { clientRequestId } from '../../web/requests/client-request-id.ts';
import { failingPlainly, internalFailure, WorkFailedError } from './thrown.ts';

export type Loaded = typeof import('../../composition/loaded.ts');

/** The app behind the functions, made with the first call. */
export interface Runtime {
  readonly authLevel: 'function' | 'anonymous';
  /** The use cases and all that they work with, or every setting that is wrong. */
  load(): Promise<{ readonly loaded: Loaded; readonly app: App | readonly Failure[] }>;
}

export interface App {
  readonly settings: Settings;
  readonly services: (log: Log) => Services;
}

export type ReadyCall = (
  loaded: Loaded,
  services: Services,
  request: HttpRequest,
  facts: ReplyFacts,
) => Promise<HttpResponseInit>;

/** Who asks callers who they are: the host, for a function key, or the platform's sign-in. */
export function httpAuth({ authLevel }: Runtime): HttpAuth {
  return authLevel === 'anonymous' ? 'entra' : 'key';
}

/** An HTTP function: settings and caller are checked first, and what is thrown becomes an answer that says what to do. */
export function httpHandler(
  runtime: Runtime,
  roles: (request: HttpRequest, loaded: Loaded) => readonly AppRole[],
  call: ReadyCall,
): HttpHandler {
  return async (request, context) => {
    const { loaded, app } = await runtime.load();
    const facts = loaded.readFacts(request, context.invocationId);
    const refusal = loaded.refuseCaller(httpAuth(runtime), request, roles(request, loaded));
    if (refusal !== undefined) return loaded.refusalReply(refusal, facts);
    const faults = settingsFaults(app);
    if (faults.length > 0 || !('settings' in app)) return loaded.failureReply(combine(faults), facts);
    const log = toLog(context, { clientRequestId: clientRequestId(request) });
    try {
      return await call(loaded, app.services(log), request, facts);
    } catch (error) {
      log.error('The request failed', describeError(error));
      return loaded.failureReply(internalFailure(error), facts);
    }
  };
}

/** What a trigger that nobody waits for works with. */
export interface Work {
  readonly loaded: Loaded;
  readonly services: Services;
  readonly settings: Settings;
}

/** For triggers that nobody waits for: wrong settings fail the invocation, so that it is seen and repeated. */
export async function inBackground(
  runtime: Runtime,
  context: InvocationContext,
  work: (work: Work) => Promise<void>,
): Promise<void> {
  await failingPlainly(async () => {
    const { loaded, app } = await runtime.load();
    if (!('settings' in app)) throw new WorkFailedError(combine(app).message, 'InvalidConfiguration');
    await work({ loaded, services: app.services(toLog(context)), settings: app.settings });
  });
}

/** One line of JSON each: constant message, fields beside it, and those that each line of the invocation has. */
export function toLog(context: InvocationContext, common: LogFields = {}): Log {
  const line = (message: string, fields: LogFields) => toJson({ message, ...fields, ...common });
  return {
    info: (message, fields) => context.info(line(message, fields)),
    warn: (message, fields) => context.warn(line(message, fields)),
    error: (message, fields) => context.error(line(message, fields)),
  };
}

/** Every setting that is wrong, also where the app works in spite of it. */
export function settingsFaults(app: App | readonly Failure[]): readonly Failure[] {
  if (!('settings' in app)) return app;
  const { scheduleFault } = app.settings;
  return scheduleFault === undefined ? [] : [scheduleFault];
}

function combine(failures: readonly Failure[]): Failure {
  const [first] = failures;
  if (first === undefined) throw new Error('Settings are wrong for no reason.');
  return { ...first, message: failures.map(({ message }) => message).join(' ') };
}
