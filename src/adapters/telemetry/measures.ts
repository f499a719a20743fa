import type { Meter, Attributes as MetricAttributes } from '@opentelemetry/api';
import type { MetricName, Telemetry } from '../../app/ports/telemetry.ts';
import { METRICS } from '../../app/ports/telemetry.ts';
import { toSpanAttributes } from './span-contexts.ts';

type Record = (value: number, attributes: MetricAttributes) => void;

/** One instrument for each metric. */
export function createMeasures(meter: Meter): Telemetry['measure'] {
  const instruments = new Map(
    (Object.keys(METRICS) as MetricName[]).map((name) => [name, createInstrument(meter, name)]),
  );
  return (metric, value, attributes = {}) => instruments.get(metric)?.(value, toSpanAttributes(attributes));
}

function createInstrument(meter: Meter, name: MetricName): Record {
  const { kind, ...options } = METRICS[name];
  switch (kind) {
    case 'counter': {
      const counter = meter.createCounter(name, options);
      return (value, attributes) => counter.add(value, attributes);
    }
    case 'gauge': {
      const gauge = meter.createGauge(name, options);
      return (value, attributes) => gauge.record(value, attributes);
    }
    case 'histogram': {
      const { buckets, ...rest } = options as typeof options & { buckets: readonly number[] };
      const advice = { explicitBucketBoundaries: [...buckets] };
      const histogram = meter.createHistogram(name, { ...rest, advice });
      return (value, attributes) => histogram.record(value, attributes);
    }
    default:
      return kind satisfies never;
  }
}
