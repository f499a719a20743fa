import type { TraceContext } from '../../core/trace-context.ts';

export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** What is measured; docs/telemetry.md says what to do with it. No account is named: series must stay few. */
export const METRICS = {
  'maps_key_rotation.rotations': { kind: 'counter', unit: '{rotation}', description: 'Rotations that ended' },
  'maps_key_rotation.rotation.duration': {
    kind: 'histogram',
    unit: 's',
    description: 'From the start of a rotation until its event was accepted',
    buckets: [0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 21_600, 86_400],
  },
  'maps_key_rotation.publish.delay': {
    kind: 'histogram',
    unit: 's',
    description: 'From the regeneration of a key until its event was accepted',
    buckets: [0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 21_600, 86_400],
  },
  'maps_key_rotation.verification.delay': {
    kind: 'histogram',
    unit: 's',
    description: 'From the regeneration of a key until it was known whether Azure Maps accepts it',
    buckets: [0.5, 1, 2, 5, 10, 30, 60, 120, 300, 900],
  },
  'maps_key_rotation.oldest_key.age': {
    kind: 'gauge',
    unit: 's',
    description: 'Age of the oldest key of all accounts that are opted in',
  },
  'maps_key_rotation.overdue_accounts': {
    kind: 'gauge',
    unit: '{account}',
    description: 'Accounts with a key past its maximum age',
  },
  'maps_key_rotation.arm.throttles': {
    kind: 'counter',
    unit: '{response}',
    description: 'Answers 429 of Azure Resource Manager',
  },
} as const;

export type MetricName = keyof typeof METRICS;

/** Traces and metrics. None of it fails, and nothing depends on it. */
export interface Telemetry {
  /** Does a piece of work as a span of the trace under way. `outcome`: what is noted of its result. */
  span<T>(
    name: string,
    attributes: Attributes,
    work: () => Promise<T>,
    outcome?: (result: T) => Attributes,
  ): Promise<T>;
  /** Notes on the span under way that its work was asked for in another trace. */
  link(trace: TraceContext | undefined): void;
  /** The span under way, for what is done later or elsewhere. */
  current(): TraceContext | undefined;
  measure(metric: MetricName, value: number, attributes?: Attributes): void;
}

/** For what is kept with the thing that is begun. */
export function traceNow(telemetry: Telemetry): { readonly trace?: TraceContext } {
  const trace = telemetry.current();
  return trace === undefined ? {} : { trace };
}

/** One call of a function by the host. */
export interface Invocation {
  readonly name: string;
  readonly id: string;
  readonly trigger: string;
  /** The host's own span. */
  readonly parent?: TraceContext;
}

/** What records for all functions of the process. */
export interface Recorder {
  readonly telemetry: Telemetry;
  /** Runs a function as a span of the host's trace. */
  invocation<T>(
    invocation: Invocation,
    work: () => Promise<T>,
    outcome?: (result: T) => Attributes,
  ): Promise<T>;
  /** Sends what was recorded; an instance may be stopped between two calls. It never fails, nor takes long. */
  flush(): Promise<'sent' | 'failed' | 'late'>;
}

/** Where nobody records. */
export const NO_TELEMETRY: Telemetry = {
  span: (_name, _attributes, work) => work(),
  link: () => undefined,
  current: () => undefined,
  measure: () => undefined,
};
