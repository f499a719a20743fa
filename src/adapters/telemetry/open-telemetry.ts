import { useInstrumenter } from '@azure/core-tracing';
import type { Attributes as SpanAttributes, Tracer } from '@opentelemetry/api';
import { context, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import { AlwaysOnSampler, BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Invocation, Recorder, Telemetry } from '../../app/ports/telemetry.ts';
import { createInstrumenter } from './azure-sdk-spans.ts';
import { createFlush } from './bounded-flush.ts';
import { createMeasures } from './measures.ts';
import { errorType, fromSpanContext, toSpanAttributes, toSpanContext } from './span-contexts.ts';

/** Where traces and metrics go. */
export interface Exporters {
  readonly spans: SpanExporter;
  readonly metrics: PushMetricExporter;
}

export interface OpenTelemetryOptions {
  readonly exporters: readonly Exporters[];
  /** Of the process; `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` have the last word. */
  readonly resource: SpanAttributes;
  /** Whether `OTEL_TRACES_SAMPLER` says which traces are recorded. */
  readonly samplerIsSet: boolean;
}

const SCOPE = 'maps-key-rotation';

/** Once for the process: spans of the app and of the Azure SDKs' calls, and metrics. */
export function createOpenTelemetry(options: OpenTelemetryOptions): Recorder {
  const resource = resourceFromAttributes(options.resource).merge(
    detectResources({ detectors: [envDetector] }),
  );
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const tracers = new BasicTracerProvider({
    resource,
    spanProcessors: options.exporters.map(({ spans }) => new BatchSpanProcessor(spans)),
    // The host marks its traces as not sampled where it records by other means, and there are few of them.
    ...(!options.samplerIsSet && { sampler: new AlwaysOnSampler() }),
  });
  const meters = new MeterProvider({
    resource,
    readers: options.exporters.map(({ metrics }) => new PeriodicExportingMetricReader({ exporter: metrics })),
  });
  const tracer = tracers.getTracer(SCOPE);
  useInstrumenter(createInstrumenter(tracer));
  const telemetry = createTelemetry(tracer, createMeasures(meters.getMeter(SCOPE)));
  return {
    telemetry,
    invocation: (invocation, work, outcome) =>
      context.with(toParent(invocation), () =>
        telemetry.span(
          invocation.name,
          { 'faas.trigger': invocation.trigger, 'faas.invocation_id': invocation.id },
          work,
          outcome,
        ),
      ),
    flush: createFlush(async () => {
      await Promise.all([tracers.forceFlush(), meters.forceFlush()]);
    }),
  };
}

function toParent({ parent }: Invocation) {
  const spanContext = parent && toSpanContext(parent);
  return spanContext ? trace.setSpanContext(ROOT_CONTEXT, spanContext) : ROOT_CONTEXT;
}

function createTelemetry(tracer: Tracer, measure: Telemetry['measure']): Telemetry {
  return {
    span: (name, attributes, work, outcome) =>
      tracer.startActiveSpan(name, { attributes: toSpanAttributes(attributes) }, async (span) => {
        try {
          const result = await work();
          const noted = outcome?.(result) ?? {};
          if (noted['error.type'] !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
          span.setAttributes(toSpanAttributes(noted));
          return result;
        } catch (error) {
          span.setStatus({ code: SpanStatusCode.ERROR });
          span.setAttribute('error.type', errorType(error));
          throw error;
        } finally {
          span.end();
        }
      }),
    link(from) {
      const span = trace.getActiveSpan();
      const spanContext = from && toSpanContext(from);
      if (spanContext && spanContext.traceId !== span?.spanContext().traceId) {
        span?.addLink({ context: spanContext });
      }
    },
    current: () => fromSpanContext(trace.getSpanContext(context.active())),
    measure,
  };
}
