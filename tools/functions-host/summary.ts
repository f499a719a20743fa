import type { FunctionError, HostFunction } from './functions.ts';

export interface FunctionSummary {
  name: string;
  trigger: 'http' | 'timer' | 'queue' | 'eventGrid' | 'error';
  disabled: boolean;
  route?: string;
  methods?: readonly string[];
  queueName?: string;
  error?: string;
}

export function summarize(
  functions: readonly HostFunction[],
  errors: readonly FunctionError[],
): FunctionSummary[] {
  return [...functions.map(toSummary), ...errors.map(toErrorSummary)];
}

function toSummary({ name, disabled, trigger }: HostFunction): FunctionSummary {
  switch (trigger.kind) {
    case 'http':
      return { name, trigger: 'http', disabled, route: trigger.route.template, methods: trigger.methods };
    case 'timer':
    case 'eventGrid':
      return { name, trigger: trigger.kind, disabled };
    case 'queue':
      return { name, trigger: 'queue', disabled, queueName: trigger.queueName };
    default:
      return trigger satisfies never;
  }
}

function toErrorSummary({ name, message }: FunctionError): FunctionSummary {
  return { name, trigger: 'error', disabled: false, error: message };
}
