import type { Instrumenter, TracingContext, TracingSpan, TracingSpanKind } from '@azure/core-tracing';
import type { AttributeValue, Context, Tracer } from '@opentelemetry/api';
import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { toGuid } from '../../core/known-forms.ts';
import { errorType, fromSpanContext, toSpanContext } from './span-contexts.ts';

const KINDS: Readonly<Record<TracingSpanKind, SpanKind>> = {
  client: SpanKind.CLIENT,
  server: SpanKind.SERVER,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
  internal: SpanKind.INTERNAL,
};

/** What is taken over of an SDK's own attributes, under today's names; all else stays where it is. */
const NAMES: Readonly<Record<string, string>> = {
  'az.namespace': 'az.namespace',
  'http.method': 'http.request.method',
  'http.status_code': 'http.response.status_code',
  requestId: 'az.client_request_id',
  serviceRequestId: 'az.service_request_id',
};

/**
 * Makes the Azure SDKs' calls spans. It takes the place of `@azure/opentelemetry-instrumentation-azure-sdk`, which
 * patches modules that a bundle does not have.
 */
export function createInstrumenter(tracer: Tracer): Instrumenter {
  return {
    startSpan(name, { spanKind, spanAttributes = {}, tracingContext }) {
      const parent = toContext(tracingContext) ?? context.active();
      const kind = KINDS[spanKind ?? 'internal'];
      const attributes = Object.assign(
        {},
        ...Object.entries(spanAttributes).map(([key, value]) => toAttributes(key, value)),
      );
      const span = tracer.startSpan(name, { kind, attributes }, parent);
      const wrapped: TracingSpan = {
        setAttribute: (key, value) => void span.setAttributes(toAttributes(key, value)),
        setStatus(status) {
          if (status.status === 'success') return;
          span.setStatus({ code: SpanStatusCode.ERROR });
          if (status.error !== undefined) span.setAttribute('error.type', errorType(status.error));
        },
        end: () => span.end(),
        isRecording: () => span.isRecording(),
        // Its message could hold anything.
        recordException: () => undefined,
      };
      return { span: wrapped, tracingContext: trace.setSpan(parent, span) };
    },
    withContext: (tracingContext, callback, ...args) =>
      context.with(toContext(tracingContext) ?? context.active(), callback, undefined, ...args),
    parseTraceparentHeader(traceparent) {
      const spanContext = toSpanContext({ traceparent });
      return spanContext && trace.setSpanContext(context.active(), spanContext);
    },
    createRequestHeaders: (tracingContext) => ({
      ...fromSpanContext(trace.getSpanContext(toContext(tracingContext) ?? context.active())),
    }),
  };
}

/** A tracing context is one that this instrumenter gave. */
function toContext(tracingContext: TracingContext | undefined): Context | undefined {
  return tracingContext as Context | undefined;
}

/** A query can hold a signature, and a path none. A request's id in an answer could be anything. */
function toAttributes(key: string, value: unknown): Record<string, AttributeValue> {
  if (key === 'http.url' && typeof value === 'string' && URL.canParse(value)) {
    const { protocol, host, hostname, pathname } = new URL(value);
    return { 'url.full': `${protocol}//${host}${pathname}`, 'server.address': hostname };
  }
  if (key === 'serviceRequestId' && toGuid(value) === undefined) return {};
  const name = NAMES[key];
  if (name === undefined || (typeof value !== 'string' && typeof value !== 'number')) return {};
  return { [name]: value };
}
