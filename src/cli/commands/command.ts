import type { AppClient } from '../client/app-client.ts';
import type { ExitCode } from '../exit-code.ts';
import { usageError } from '../exit-code.ts';
import type { Io, Progress } from '../terminal/io.ts';
import { toJson } from '../terminal/text.ts';

export interface OptionSpec {
  readonly type: 'boolean' | 'string';
  readonly short?: string;
  /** What stands for the value in the help. */
  readonly value?: string;
  readonly text: string;
}

export type Values = Readonly<Record<string, string | boolean | undefined>>;

/** What a command works with once its words were read. */
export interface Context {
  readonly io: Io;
  readonly client: AppClient;
  readonly values: Values;
  readonly positionals: readonly string[];
  /** Whether the output is for programs. */
  readonly json: boolean;
  readonly progress: Progress;
}

export interface Command {
  readonly name: string;
  /** What may follow the name, as the help shows it. */
  readonly synopsis: string;
  readonly summary: string;
  readonly details: string;
  readonly maxPositionals: number;
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** Seconds for the whole command where `--timeout` does not say it. */
  readonly timeoutSeconds: number;
  run(context: Context): Promise<ExitCode>;
}

export function isOn({ values }: Context, name: string): boolean {
  return values[name] === true;
}

export function textOf(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}

export function numberOf(values: Values, name: string, max: number): number | undefined {
  const text = textOf(values, name);
  if (text === undefined) return undefined;
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= max) return number;
  throw usageError(`--${name} must be a whole number from 1 to ${max}.`);
}

export function printLines({ io }: Context, lines: readonly string[]): void {
  if (lines.length > 0) io.out.write(`${lines.join('\n')}\n`);
}

export function printJson({ io }: Context, value: unknown): void {
  io.out.write(`${toJson(value, 2)}\n`);
}
