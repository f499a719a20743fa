import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

export interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** JSON-RPC with the headers of the language server protocol, which is what the Bicep CLI speaks. */
export function speakJsonRpc(
  child: ChildProcessByStdio<Writable, Readable, null>,
): (method: string, params: unknown) => Promise<Answer> {
  const waiting = new Map<number, (answer: Answer) => void>();
  let received = Buffer.alloc(0);
  let sent = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    for (let next = cutMessage(received); next !== undefined; next = cutMessage(received)) {
      received = next.rest;
      const message = JSON.parse(next.body) as Answer & { readonly id: number };
      waiting.get(message.id)?.(message);
      waiting.delete(message.id);
    }
  });
  child.once('exit', (code) => {
    for (const answer of waiting.values())
      answer({ error: { message: `The Bicep CLI ended with ${code}.` } });
  });
  return (method, params) =>
    new Promise((resolve) => {
      sent += 1;
      waiting.set(sent, resolve);
      const body = JSON.stringify({ jsonrpc: '2.0', id: sent, method, params });
      child.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
    });
}

function cutMessage(received: Buffer): { body: string; rest: Buffer<ArrayBuffer> } | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const length = Number(/Content-Length: (\d+)/i.exec(received.toString('utf8', 0, end))?.[1]);
  const start = end + 4;
  if (received.length < start + length) return undefined;
  const body = received.toString('utf8', start, start + length);
  return { body, rest: Buffer.from(received.subarray(start + length)) };
}
