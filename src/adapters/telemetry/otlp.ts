import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { Exporters } from './open-telemetry.ts';

/** Any collector of OTLP over HTTP. The exporters read the standard variables `OTEL_EXPORTER_OTLP_…` themselves. */
export function createOtlpExporters(): Exporters {
  return { spans: new OTLPTraceExporter(), metrics: new OTLPMetricExporter() };
}
