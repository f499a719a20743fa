import { styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';
export type Paint = (text: string, style?: Style) => string;

/** A stream to write to, and what is known of its reader. */
export interface Sink {
  write(text: string): void;
  /** Columns of the terminal; undefined where it is none. */
  readonly width: () => number | undefined;
  readonly height: () => number;
  readonly paint: Paint;
}

/** All that a command has of the world around it. */
export interface Io {
  readonly out: Sink;
  readonly err: Sink;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Fires when the person interrupts. */
  readonly signal: AbortSignal;
  readonly readStdin: () => Promise<string>;
  /** Undefined where nobody is there to answer. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
}

export function toSink(stream: NodeJS.WriteStream): Sink {
  return {
    write: (text) => void stream.write(text),
    width: () => (stream.isTTY ? stream.columns : undefined),
    height: () => stream.rows ?? 24,
    // Looks at NO_COLOR, FORCE_COLOR and whether the stream is a terminal.
    paint: (text, style) => (style === undefined || text === '' ? text : styleText(style, text, { stream })),
  };
}

/** What is written over and over on one line, for a person who waits; nothing where there is no terminal. */
export interface Progress {
  show(text: string): void;
  clear(): void;
}

export function toProgress(sink: Sink): Progress {
  let shown = false;
  return {
    show(text) {
      const width = sink.width();
      if (width === undefined) return;
      shown = true;
      sink.write(`\r\x1b[2K${sink.paint(text.slice(0, width - 1), 'dim')}`);
    },
    clear() {
      if (shown) sink.write('\r\x1b[2K');
      shown = false;
    },
  };
}
