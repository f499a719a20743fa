import type { Attributes as SpanAttributes, SpanContext } from '@opentelemetry/api';
import { isSpanContextValid } from '@opentelemetry/api';
import { parseTraceParent, TraceState } from '@opentelemetry/core';
import type { Attributes } from '../../app/ports/telemetry.ts';
import { toCode, toSystemCode } from '../../core/known-forms.ts';
import type { TraceContext } from '../../core/trace-context.ts';

export function toSpanContext({ traceparent, tracestate }: TraceContext): SpanContext | undefined {
  const parsed = parseTraceParent(traceparent);
  if (parsed === null) return undefined;
  return {
    ...parsed,
    isRemote: true,
    ...(tracestate !== undefined && { traceState: new TraceState(tracestate) }),
  };
}

export function fromSpanContext(context: SpanContext | undefined): TraceContext | undefined {
  if (context === undefined || !isSpanContextValid(context)) return undefined;
  const { traceId, spanId, traceFlags, traceState } = context;
  const traceparent = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
  const tracestate = traceState?.serialize();
  return tracestate ? { traceparent, tracestate } : { traceparent };
}

export function toSpanAttributes(attributes: Attributes): SpanAttributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}

/** An error's message could hold anything: what went wrong is told by its code or its name alone. */
export function errorType(error: unknown): string {
  const { code, name } = (typeof error === 'object' && error !== null ? error : {}) as {
    code?: unknown;
    name?: unknown;
  };
  return toSystemCode(code) ?? toCode(code) ?? toCode(name) ?? 'Error';
}
