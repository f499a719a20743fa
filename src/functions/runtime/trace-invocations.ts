import type { FunctionHandler, InvocationContext } from '@azure/functions';
import { app } from '@azure/functions';
import type { Attributes, Invocation, Recorder } from '../../app/ports/telemetry.ts';
import { parseTraceContext } from '../../core/trace-context.ts';
import { toLog } from './runtime.ts';

/** Makes each call of a function a span in the host's trace, and sends what was recorded at its end. */
export function traceInvocations(load: () => Promise<Recorder | undefined>): void {
  const report = onceAProcess();
  app.hook.preInvocation((hook) => {
    const handler = hook.functionHandler;
    const traced: FunctionHandler = async (input, context) => {
      const recorder = await load();
      if (recorder === undefined) return handler(input, context);
      try {
        const invocation = toInvocation(context);
        const outcome = invocation.trigger === 'http' ? httpOutcome : undefined;
        return await recorder.invocation(invocation, async () => handler(input, context), outcome);
      } finally {
        report(context, await recorder.flush());
      }
    };
    hook.functionHandler = traced;
  });
}

function toInvocation({ functionName, invocationId, options, traceContext }: InvocationContext): Invocation {
  const parent = parseTraceContext(traceContext?.traceParent, traceContext?.traceState);
  const trigger = TRIGGERS[options.trigger.type] ?? 'other';
  return { name: functionName, id: invocationId, trigger, ...(parent && { parent }) };
}

/** https://opentelemetry.io/docs/specs/semconv/faas/faas-spans/ */
const TRIGGERS: Readonly<Record<string, string>> = {
  httpTrigger: 'http',
  timerTrigger: 'timer',
  queueTrigger: 'pubsub',
};

function httpOutcome(result: unknown): Attributes {
  const { status = 200 } = (result ?? {}) as { status?: number };
  return { 'http.response.status_code': status, ...(status >= 500 && { 'error.type': String(status) }) };
}

/** A collector that takes nothing is worth a line, and not one for each call. */
function onceAProcess(): (context: InvocationContext, outcome: string) => void {
  let reported = false;
  return (context, sent) => {
    if (reported || sent === 'sent') return;
    reported = true;
    toLog(context).warn('Telemetry could not be sent', { outcome: sent });
  };
}
