import { styleText } from 'node:util';
import { run } from '../../../src/cli/run.ts';
import type { Io, Sink } from '../../../src/cli/terminal/io.ts';

export interface TerminalOptions {
  /** Columns; left out where the output goes elsewhere. */
  readonly width?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** What the person answers. */
  readonly answer?: string | ((question: string) => string);
  readonly signal?: AbortSignal;
}

export interface TerminalResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly questions: readonly string[];
}

/** Runs a command in this process, with a terminal that a test can read. */
export async function atTerminal(
  words: readonly string[],
  options: TerminalOptions = {},
): Promise<TerminalResult> {
  const { width, env = {}, stdin = '', answer, signal = new AbortController().signal } = options;
  const [out, err, questions]: [string[], string[], string[]] = [[], [], []];
  const sink = (to: string[]): Sink => ({
    write: (text) => void to.push(text),
    width: () => width,
    height: () => 24,
    paint: (text, style) =>
      style === undefined || width === undefined ? text : styleText(style, text, { validateStream: false }),
  });
  const io: Io = {
    ...{ out: sink(out), err: sink(err), env, signal },
    readStdin: async () => stdin,
    ask:
      answer === undefined
        ? undefined
        : async (question) => {
            questions.push(question);
            return typeof answer === 'string' ? answer : answer(question);
          },
  };
  const code = await run(words, '1.2.3', io);
  return { code, out: out.join(''), err: err.join(''), questions };
}
