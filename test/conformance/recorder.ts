/** One request and its answer, as they went over the wire. */
export interface Exchange {
  readonly request: Message & { readonly method: string; readonly url: string };
  readonly response: Message & { readonly status: number };
}

interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Recorder {
  readonly exchanges: readonly Exchange[];
  stop(): void;
}

/** Records what this process fetches of the app. */
export function recordFetches(isOfApp: (url: URL) => boolean): Recorder {
  const { fetch } = globalThis;
  const exchanges: Exchange[] = [];
  globalThis.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (!isOfApp(url)) return fetch(input, init);
    const request = new Request(url, init);
    const body = await request.clone().text();
    const response = await fetch(request);
    exchanges.push({
      request: { ...message(request.headers, body), method: request.method, url: url.href },
      response: { ...message(response.headers, await response.clone().text()), status: response.status },
    });
    return response;
  };
  return {
    exchanges,
    stop() {
      globalThis.fetch = fetch;
    },
  };
}

function message(headers: Headers, body: string): Message {
  return { headers: Object.fromEntries(headers), body };
}
