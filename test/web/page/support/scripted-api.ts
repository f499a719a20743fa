import { createApi } from '../../../../src/web/page/status/api.ts';

interface Sent {
  readonly path: string;
  readonly method: string;
  readonly headers: Record<string, string>;
}

/** An API whose answers are given in turn; an `Error` is no answer. */
export function scripted(...answers: (Response | Error)[]) {
  const sent: Sent[] = [];
  const send = async (path: string, init: RequestInit) => {
    sent.push({
      path,
      method: init.method ?? 'GET',
      headers: { ...(init.headers as Record<string, string>) },
    });
    const answer = answers.shift();
    if (answer === undefined || answer instanceof Error)
      throw answer ?? new Error('Nothing more was expected.');
    return answer;
  };
  return { api: createApi(send, 'the-key', () => 0), sent };
}

export const json = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify(body), { status, headers });
export const refused = (status: number, code: string, headers: Record<string, string> = {}) =>
  json({ error: { code, message: 'Why.' } }, status, headers);
export const atOnce = async () => undefined;
