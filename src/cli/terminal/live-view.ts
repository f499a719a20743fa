import type { Sink } from './io.ts';

/** A part of the terminal that is drawn anew with each change. */
export interface LiveView {
  draw(lines: readonly string[]): void;
}

export function createLiveView(sink: Sink): LiveView {
  let drawn = 0;
  return {
    draw(lines) {
      const height = Math.max(sink.height() - 1, 1);
      const shown =
        lines.length > height
          ? [...lines.slice(0, height - 1), `… and ${lines.length - height + 1} lines more`]
          : lines;
      const back = drawn > 0 ? `\x1b[${drawn}A` : '';
      // Without line wrap, so that a narrow terminal does not count the lines differently.
      sink.write(`${back}\r\x1b[0J\x1b[?7l${shown.map((line) => `${line}\n`).join('')}\x1b[?7h`);
      drawn = shown.length;
    },
  };
}
