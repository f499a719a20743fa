import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';
import manifest from '../../package.json' with { type: 'json' };
import { run } from './run.ts';
import { type Io, toSink } from './terminal/io.ts';
import { printable } from './terminal/text.ts';

const interruption = new AbortController();

process.on('SIGINT', () => {
  // The first one lets the command say how to go on.
  if (interruption.signal.aborted) process.exit(130);
  interruption.abort();
});
for (const stream of [process.stdout, process.stderr]) {
  // Whoever read this is gone, as `head` is; 128 + SIGPIPE is how a shell knows that.
  stream.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 141 : 1));
}

const io: Io = {
  out: toSink(process.stdout),
  err: toSink(process.stderr),
  env: process.env,
  signal: interruption.signal,
  readStdin: () => text(process.stdin),
  ask: process.stdin.isTTY && process.stderr.isTTY ? ask : undefined,
};

process.exitCode = await run(process.argv.slice(2), manifest.version, io).catch(crash);

/** An error of this program. Its text may quote what the app answered. */
function crash(error: unknown): number {
  const { stack = String(error) } = error instanceof Error ? error : {};
  process.stderr.write(`${stack.split('\n').map(printable).join('\n')}\n`);
  return 1;
}

async function ask(question: string): Promise<string> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  prompt.once('SIGINT', () => process.emit('SIGINT'));
  try {
    const ended = new Promise<string>((resolve) => prompt.once('close', () => resolve('')));
    const answer = prompt.question(question, { signal: interruption.signal }).catch(() => '');
    return await Promise.race([answer, ended]);
  } finally {
    prompt.close();
  }
}
