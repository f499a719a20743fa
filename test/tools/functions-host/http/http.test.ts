import { request as rawRequest } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningHost, startHost } from '../harness.ts';

interface Echo {
  method: string;
  url: string;
  params: Record<string, string>;
  headers: Record<string, string>;
  query: [string, string][];
  body: string;
}

let host: RunningHost;

beforeAll(async () => {
  host = await startHost();
}, 30_000);
afterAll(() => host?.stop());

const echo = async (route: string, init?: RequestInit) =>
  (await host.get(route, init)).json() as Promise<Echo>;

/** Not by fetch, which would tidy the path up first. */
function raw(path: string, init: { method?: string; headers?: Record<string, string>; body?: string } = {}) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const { port } = new URL(host.url);
    const request = rawRequest(
      { port, path, method: init.method ?? 'GET', headers: init.headers },
      (response) => {
        let body = '';
        response.on('data', (chunk) => {
          body += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      },
    );
    request.on('error', reject);
    init.body === undefined ? request.end() : request.end(init.body);
  });
}

describe('routes', () => {
  it('decodes parameters once and leaves an encoded slash as it is', async () => {
    const seen = await echo('/api/things/a%2Fb%20c%2525/7?x=%2F');

    expect(seen.params).toEqual({ name: 'a%2Fb c%25', size: '7' });
    expect(seen.url).toBe(`${host.url}/api/things/a%2Fb%20c%2525/7?x=%2F`);
  });

  it('matches literal segments without regard to case and takes optional parameters as absent', async () => {
    expect((await echo('/API/Things/Name')).params).toEqual({ name: 'Name' });
    expect((await echo('/api/things/Name/')).params).toEqual({ name: 'Name' });
  });

  it('gives a catch-all the rest of the path', async () => {
    expect((await echo('/api/files/a/b%20c/d.txt')).params).toEqual({ path: 'a/b c/d.txt' });
    expect((await echo('/api/files')).params).toEqual({});
  });

  it('removes dot segments before it matches', async () => {
    const answer = await raw('/api/x/%2e%2e/things/../files/./y');

    expect(JSON.parse(answer.body).params).toEqual({ path: 'y' });
  });

  it.each([
    ['an unknown route', '/api/unknown', 'GET'],
    ['a wrong method', '/api/settings', 'DELETE'],
    ['a constraint that is not met', '/api/things/x/notanumber', 'GET'],
    ['a path that is too long', '/api/things/x/1/2', 'GET'],
    ['no prefix', '/settings', 'GET'],
  ])('answers 404 without a body to %s', async (_what, route, method) => {
    const answer = await host.get(route, { method });

    expect(answer.status).toBe(404);
    expect(await answer.text()).toBe('');
  });

  it('tries functions by name, for Azure knows no route precedence', async () => {
    expect(await (await host.get('/api/overlap/exact')).text()).toBe('any');
  });

  it('puts functions in error whose routes are taken or reserved, and keeps the others', () => {
    const errors = Object.fromEntries(host.functions.map((each) => [each.name, each.error]));

    expect(errors.overlapExact2).toContain("conflicts with the route defined by function 'overlapExact'");
    expect(errors.adminRoute).toContain('conflicts with one or more built in routes');
    expect(errors.withInput).toContain("binding type 'blob'");
    expect(errors.overlapExact).toBeUndefined();
  });
});

describe('requests', () => {
  it('hands on method, body, header names in lower case and the query joined by name', async () => {
    const seen = await echo('/api/things/x?a=1&b=%20y&A=2&c', {
      method: 'POST',
      headers: { 'X-Custom-Header': 'One', 'content-type': 'application/json' },
      body: '{"ü":1}',
    });

    expect(seen).toMatchObject({ method: 'POST', body: '{"ü":1}' });
    expect(seen.headers).toMatchObject({ 'x-custom-header': 'One', host: new URL(host.url).host });
    expect(seen.query).toEqual([
      ['a', '1,2'],
      ['b', ' y'],
      ['c', ''],
    ]);
    expect(seen.url).toContain('?a=1&b=%20y&A=2&c');
  });

  it('loses a chunked body, as Azure does for Node, and says so in the log', async () => {
    const headers = { 'transfer-encoding': 'chunked' };

    const answer = await raw('/api/things/x', { method: 'POST', headers, body: 'lost' });

    expect(JSON.parse(answer.body).body).toBe('');
    expect(host.logs.some((entry) => entry.level === 'warning' && /chunked body/.test(entry.message))).toBe(
      true,
    );
  });

  it('answers HEAD without a body', async () => {
    const answer = await host.get('/api/things/x', { method: 'HEAD' });

    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe('');
  });

  it('goes on with the trace of the caller', async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';

    const answer = await host.get('/api/trace', {
      headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` },
    });

    const { traceParent } = (await answer.json()) as { traceParent: string };
    expect(traceParent).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`));
    expect(traceParent).not.toContain('b7ad6b7169203331');
  });
});

describe('answers', () => {
  it('passes on status, headers and body of each form', async () => {
    const [text, bytes, json] = await Promise.all(
      ['text', 'bytes', 'json'].map((kind) => host.get(`/api/answer?kind=${kind}`)),
    );

    expect([text?.status, await text?.text()]).toEqual([202, 'plain']);
    expect(new Uint8Array((await bytes?.arrayBuffer()) ?? [])).toEqual(new Uint8Array([0, 1, 255]));
    expect(bytes?.headers.get('content-type')).toBe('application/octet-stream');
    expect([json?.status, await json?.json()]).toEqual([201, { a: 1 }]);
    expect(json?.headers.get('content-type')).toBe('application/json');
    expect(json?.headers.get('cache-control')).toBe('no-store');
  });

  it('sets each cookie', async () => {
    const answer = await host.get('/api/answer?kind=cookies');

    expect(answer.headers.getSetCookie()).toEqual([
      'a=x%20y; max-age=60; path=/; secure; samesite=strict; httponly',
      'b=2; path=/api',
    ]);
  });

  it('answers 204 where the function returns nothing', async () => {
    expect((await host.get('/api/answer?kind=nothing')).status).toBe(204);
    const empty = await host.get('/api/answer?kind=empty');
    expect([empty.status, empty.headers.get('x-empty')]).toEqual([204, 'yes']);
  });

  it('answers 500 without a body where the function throws, and logs the failure', async () => {
    const answer = await host.get('/api/answer?kind=throw');

    expect(answer.status).toBe(500);
    expect(await answer.text()).toBe('');
    const failed = host.logs.find((entry) => entry.category === 'Function.answer' && entry.level === 'error');
    expect(failed?.message).toMatch(/^Executed 'Functions.answer' \(Failed, Id=\S+, Duration=\d+ms\)/);
    expect(failed?.message).toContain('Error: the handler threw');
  });
});

/** Bytes as they are, of which `fetch` and Node's client would write some otherwise or not at all. */
function bytes(head: string, encoding: 'utf8' | 'latin1' = 'utf8') {
  return new Promise<{ status: number; headers: string; body: string }>((resolve, reject) => {
    const socket = connect(Number(new URL(host.url).port), '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', reject);
    socket.on('end', () => {
      const [headers = '', body = ''] = text.split('\r\n\r\n');
      resolve({ status: Number(headers.split(' ')[1]), headers: headers.toLowerCase(), body });
    });
    socket.write(Buffer.from(`${head}\r\nConnection: close\r\n\r\n`, encoding));
  });
}

describe('what the real web server makes of odd requests', () => {
  const [line, hostLine] = ['GET /api/things/x HTTP/1.1', 'Host: app.example'];

  it.each([
    ['a NUL in the path', `GET /api/things/a%00b HTTP/1.1\r\n${hostLine}`, 400],
    ['a NUL in the query', `GET /api/things/x?a=%00 HTTP/1.1\r\n${hostLine}`, 200],
    ['an address of 9,000 characters', `GET /api/things/${'a'.repeat(9000)} HTTP/1.1\r\n${hostLine}`, 414],
    ['one of 8,000', `GET /api/things/x?${'a'.repeat(8000)} HTTP/1.1\r\n${hostLine}`, 200],
    ['one of 200,000', `GET /${'a'.repeat(200_000)} HTTP/1.1\r\n${hostLine}`, 414],
    ['headers of 20 KB', `${line}\r\n${hostLine}\r\nx-long: ${'a'.repeat(20_000)}`, 200],
    ['headers of 33 KB', `${line}\r\n${hostLine}\r\nx-long: ${'a'.repeat(33_000)}`, 431],
    ['headers of 200 KB', `${line}\r\n${hostLine}\r\nx-long: ${'a'.repeat(200_000)}`, 431],
    ['the address of another host', `GET http://example.com/api/things/x HTTP/1.1\r\n${hostLine}`, 400],
    ['the address of this host', `GET http://app.example/api/things/x HTTP/1.1\r\n${hostLine}`, 200],
    ['an unknown method', `FOO /api/things/x HTTP/1.1\r\n${hostLine}`, 404],
    ['a method that is none', `F(O /api/things/x HTTP/1.1\r\n${hostLine}`, 400],
    ['a header with a character above U+00FF', `${line}\r\n${hostLine}\r\nx-name: \u20ac`, 500],
    ['one on a route that is none', `GET /nowhere HTTP/1.1\r\n${hostLine}\r\nx-name: Zo\u0142a`, 404],
    ['101 headers', `${line}\r\n${hostLine}${'\r\nx-more: 1'.repeat(100)}`, 431],
    ['a # in the path', `GET /api/things/x#y/1/2 HTTP/1.1\r\n${hostLine}`, 404],
    ['a host that is an address', `${line}\r\nHost: app.example/x`, 400],
    ['two hosts', `${line}\r\n${hostLine}\r\n${hostLine}`, 400],
    ['no host', `${line}\r\nHost:`, 500],
    ['a version of its own', `GET /api/things/x HTTP/2.0\r\n${hostLine}`, 505],
    ['a webhook of no extension', `POST /runtime/webhooks/x HTTP/1.1\r\n${hostLine}`, 401],
  ])('answers %s', async (_what, head, status) => {
    const answer = await bytes(head);

    expect(answer.status).toBe(status);
    if (status !== 200) expect(answer.body).toBe('');
  });

  it('reads headers as UTF-8', async () => {
    const answer = await bytes(`${line}\r\n${hostLine}\r\nx-name: Zo\u00eb`);

    expect(JSON.parse(answer.body).headers).toMatchObject({ 'x-name': 'Zo\u00eb' });
    expect((await bytes(`${line}\r\n${hostLine}\r\nx-name: Zo\u00eb`, 'latin1')).status).toBe(400);
  });

  it('shows a page at /', async () => {
    const answer = await host.get('/');

    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html']);
    expect(await answer.text()).toContain('<!doctype html>');
  });
});

describe('LOAD-01: a body that is larger than the host takes', () => {
  const send = (length: number, headers: Record<string, string>, chunk: Buffer) =>
    new Promise<{ status: number; sent: number }>((resolve, reject) => {
      const { port } = new URL(host.url);
      let sent = 0;
      let answered = false;
      const path = '/api/things/large';
      const request = rawRequest({ port, path, method: 'POST', headers }, (response) => {
        answered = true;
        response.resume();
        request.destroy();
        resolve({ status: response.statusCode ?? 0, sent });
      });
      request.on('error', (error) => answered || reject(error));
      const pump = () => {
        while (!answered && sent < length) {
          sent += chunk.length;
          if (!request.write(chunk)) return;
        }
        if (!answered) request.end();
      };
      request.on('drain', pump);
      pump();
    });
  const chunk = Buffer.alloc(65_536, 32);
  const length = 60 * 1_048_576;

  it('is refused by its length, before it is all there', async () => {
    const { status, sent } = await send(length, { 'content-length': String(length) }, chunk);

    expect(status).toBe(500);
    expect(sent).toBeLessThan(length / 2);
  });

  it('is not read where its length is not said', async () => {
    const { status, sent } = await send(length, { 'transfer-encoding': 'chunked' }, chunk);

    expect(status).toBe(200);
    expect(sent).toBeLessThan(length / 2);
  });

  it('keeps nothing else from being answered', async () => {
    expect((await echo('/api/things/Name')).params).toEqual({ name: 'Name' });
  });
});
