import { HttpRequest } from '@azure/functions';
import { describe, expect, test } from 'vitest';
import { readKeyType } from '../../../src/web/requests/request-reader.ts';

const MIB = 1_048_576;

/** A request whose body is made as it is read; it tells how much of it was. */
function streamed(size: number, said?: string) {
  const counted = { bytes: 0 };
  const chunk = new Uint8Array(1024).fill(32);
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (counted.bytes >= size) return controller.close();
        counted.bytes += chunk.length;
        controller.enqueue(chunk);
      },
    },
    { highWaterMark: 0 },
  );
  const headers = new Headers({
    'content-type': 'application/json',
    ...(said && { 'content-length': said }),
  });
  return { request: { headers, body } as unknown as HttpRequest, counted };
}

describe('LOAD-01: a body that is too large', () => {
  test('is not read at all where its length is said', async () => {
    const { request, counted } = streamed(60 * MIB, String(60 * MIB));

    const read = await readKeyType(request);

    expect(read).toMatchObject({ failure: { status: 413, code: 'RequestBodyTooLarge', target: 'body' } });
    expect(counted.bytes).toBe(0);
  });

  test.each([undefined, '5', 'x'])(
    'is read up to the limit where its length is told wrong (%s)',
    async (said) => {
      const { request, counted } = streamed(60 * MIB, said);

      const read = await readKeyType(request);

      expect(read).toMatchObject({ failure: { status: 413, code: 'RequestBodyTooLarge' } });
      expect(counted.bytes).toBeLessThanOrEqual(4096 + 2048);
    },
  );
});

function withBody(string: string): HttpRequest {
  return new HttpRequest({
    method: 'POST',
    url: 'https://app.example/api',
    headers: { 'content-type': 'application/json', 'content-length': String(string.length) },
    body: { string },
  });
}

test.each([
  ['{"keyType":"primary"}', 'primary'],
  ['{"keyType":"secondary"}'.padEnd(4096), 'secondary'],
])('a body within the limit is read whole', async (string, keyType) => {
  expect(await readKeyType(withBody(string))).toEqual({ value: { keyType } });
});

describe('the Content-Type', () => {
  const read = (type: string) =>
    readKeyType(
      new HttpRequest({
        method: 'POST',
        url: 'https://app.example/api',
        headers: { 'content-type': type },
        body: { string: '{"keyType":"primary"}' },
      }),
    );

  test.each([
    ...['application/json', 'application/json;', 'Application/JSON; charset=UTF-8'],
    ...['application/json;charset="utf-8"', 'application/json; charset=utf8', 'application/json; odata=none'],
  ])('%s is taken', async (type) => {
    expect(await read(type)).toEqual({ value: { keyType: 'primary' } });
  });

  test.each([
    ['application/json; charset=iso-8859-1', "with the charset utf-8, not 'iso-8859-1'"],
    ['application/json; charset="utf-16"', "with the charset utf-8, not 'utf-16'"],
    ['application/json; odata=none; CHARSET=windows-1252', "with the charset utf-8, not 'windows-1252'"],
    ['text/json; charset=utf-8', "not 'text/json'"],
    ['application/json, application/json', "not 'application/json, application/json'"],
    ['json', "not 'json'"],
  ])('%s is not', async (type, says) => {
    expect(await read(type)).toMatchObject({
      failure: {
        ...{ status: 415, code: 'UnsupportedMediaType', target: 'Content-Type' },
        message: expect.stringContaining(says),
      },
    });
  });
});

test.each([
  ['Primary', 'primary'],
  ['SECONDARY', 'secondary'],
  ['sEcOnDaRy', 'secondary'],
])('NAME-05: %s, as enums of some languages write it, is %s', async (given, keyType) => {
  expect(await readKeyType(withBody(JSON.stringify({ keyType: given })))).toEqual({ value: { keyType } });
});

test.each(['\u017fecondary', 'primar\u00fd', 'Primary\u0000', 'PRIMARY '])(
  'NAME-05: what only looks like the name of a key is none: %j',
  async (given) => {
    expect(await readKeyType(withBody(JSON.stringify({ keyType: given })))).toMatchObject({
      failure: { status: 400, code: 'InvalidKeyType', target: 'keyType' },
    });
  },
);
