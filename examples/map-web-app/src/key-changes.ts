import type { ServerResponse } from 'node:http';
import { type KeyHolder, versionOf } from './key-holder.ts';

const heartbeat = 25_000;

/** Server-sent events that say that there is another key, not which: the page asks for it. */
export function streamKeyChanges(response: ServerResponse, holder: KeyHolder): void {
  const tell = () => {
    const key = holder.current();
    if (key) response.write(`event: key\ndata: ${versionOf(key)}\n\n`);
  };
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  response.write('retry: 2000\n\n');
  // Also after a reconnect: what changed in between is not lost.
  tell();
  const forget = holder.onChange(tell);
  const beat = setInterval(() => response.write(': \n\n'), heartbeat);
  response.on('close', () => {
    forget();
    clearInterval(beat);
  });
}
