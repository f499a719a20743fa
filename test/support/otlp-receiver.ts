import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

type Value = { stringValue?: string; intValue?: number | string; doubleValue?: number; boolValue?: boolean };
type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;
type KeyValues = readonly { key: string; value: Value }[];

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly kind: number;
  readonly attributes: Attributes;
  readonly links: readonly { traceId: string; spanId: string }[];
  readonly isError: boolean;
}

export interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly points: readonly {
    readonly attributes: Attributes;
    readonly value: number;
    readonly count: number;
  }[];
}

/** A collector of OTLP over HTTP with JSON, that keeps what it gets. */
export interface OtlpReceiver {
  readonly url: string;
  /** Every request as it came: path, headers and body. */
  readonly payloads: readonly string[];
  /** Each span once. */
  spans(): readonly Span[];
  /** What came last of each metric and process. */
  metrics(): readonly Metric[];
  resources(): readonly Attributes[];
  /** `refuse`: answers 400. `hang`: never answers. */
  behave(how: 'accept' | 'refuse' | 'hang'): void;
  close(): Promise<void>;
}

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const payloads: string[] = [];
  const bodies: Body[] = [];
  let behaviour: 'accept' | 'refuse' | 'hang' = 'accept';
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk) => {
      text += chunk;
    });
    request.on('end', () => {
      payloads.push(`${request.url} ${JSON.stringify(request.headers)} ${text}`);
      if (behaviour === 'hang') return;
      if (behaviour === 'accept') bodies.push(JSON.parse(text));
      response
        .writeHead(behaviour === 'accept' ? 200 : 400, { 'content-type': 'application/json' })
        .end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    payloads,
    spans: () => bodies.flatMap(toSpans),
    metrics: () => lastOfEach(bodies.flatMap(toMetrics)),
    resources: () => bodies.flatMap(toResources),
    behave(how) {
      behaviour = how;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** As far as it is read here: https://github.com/open-telemetry/opentelemetry-proto */
interface Body {
  readonly resourceSpans?: readonly {
    resource: { attributes: KeyValues };
    scopeSpans: { spans: RawSpan[] }[];
  }[];
  readonly resourceMetrics?: readonly {
    resource: { attributes: KeyValues };
    scopeMetrics: { metrics: RawMetric[] }[];
  }[];
}

type RawSpan = Omit<Span, 'attributes' | 'isError' | 'links'> & {
  attributes: KeyValues;
  links?: Span['links'];
  status?: { code?: number };
};

interface RawMetric {
  readonly name: string;
  readonly unit: string;
  readonly sum?: { dataPoints: RawPoint[] };
  readonly gauge?: { dataPoints: RawPoint[] };
  readonly histogram?: { dataPoints: RawPoint[] };
}

interface RawPoint {
  readonly attributes: KeyValues;
  readonly asDouble?: number;
  readonly asInt?: number | string;
  readonly sum?: number;
  readonly count?: number | string;
}

function toSpans({ resourceSpans = [] }: Body): Span[] {
  return resourceSpans
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
    .map(({ attributes, links = [], status, ...span }) => ({
      ...span,
      attributes: toAttributes(attributes),
      links,
      isError: status?.code === 2,
    }));
}

function toMetrics({ resourceMetrics = [] }: Body): (Metric & { instance: unknown })[] {
  return resourceMetrics.flatMap(({ resource, scopeMetrics }) =>
    scopeMetrics
      .flatMap(({ metrics }) => metrics)
      .map(({ name, unit, sum, gauge, histogram }) => ({
        name,
        unit,
        instance: toAttributes(resource.attributes)['service.instance.id'],
        points: (sum ?? gauge ?? histogram)?.dataPoints.map(toPoint) ?? [],
      })),
  );
}

function toPoint({ attributes, asDouble, asInt, sum, count = 1 }: RawPoint) {
  return {
    attributes: toAttributes(attributes),
    value: Number(asDouble ?? asInt ?? sum),
    count: Number(count),
  };
}

function toResources({ resourceSpans = [], resourceMetrics = [] }: Body): Attributes[] {
  return [...resourceSpans, ...resourceMetrics].map(({ resource }) => toAttributes(resource.attributes));
}

function lastOfEach(metrics: readonly (Metric & { instance: unknown })[]): Metric[] {
  return [...new Map(metrics.map((metric) => [`${metric.instance} ${metric.name}`, metric])).values()];
}

function toAttributes(values: KeyValues = []): Attributes {
  return Object.fromEntries(
    values.map(({ key, value }) => {
      const { stringValue, boolValue, intValue, doubleValue } = value;
      const number = intValue ?? doubleValue;
      return [key, stringValue ?? boolValue ?? (number === undefined ? undefined : Number(number))];
    }),
  );
}
